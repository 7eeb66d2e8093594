package io.beethoven.actors.protocol;

/** Marks a message that may cross nodes. It is bound to Jackson CBOR in {@code reference.conf}. */
public interface WireMessage {}
