package io.beethoven.actors.state;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class StateFileConformanceTest extends StateStoreConformance {

  @TempDir private Path directory;

  @Override
  StateStore create() {
    return StateFile.open(directory, States.CLUSTER, States.NODE);
  }
}
