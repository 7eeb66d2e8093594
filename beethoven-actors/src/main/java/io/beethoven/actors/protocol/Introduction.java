package io.beethoven.actors.protocol;

import io.beethoven.discovery.Endpoint;
import io.beethoven.model.Incarnation;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * How a node and its actors are reached by the other nodes.
 *
 * @param node which life of which node
 * @param beacon where its beacon listens
 * @param core its view of the cluster
 * @param roles its role server
 */
public record Introduction(
    Incarnation node,
    Endpoint beacon,
    ActorRef<CoreMessage> core,
    ActorRef<RoleServerMessage> roles)
    implements WireMessage {}
