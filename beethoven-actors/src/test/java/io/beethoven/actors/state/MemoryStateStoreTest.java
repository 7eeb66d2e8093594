package io.beethoven.actors.state;

class MemoryStateStoreTest extends StateStoreConformance {

  @Override
  StateStore create() {
    return new MemoryStateStore();
  }
}
