package io.beethoven.actors.beacon;

import io.beethoven.model.Incarnation;

/**
 * Another life of a node claimed its address; told by the {@link BeaconServer}, once of each.
 *
 * @param holder who has the address: this node, or a member of its cluster that still answers
 * @param holderText the same with its beacon, for people
 * @param claimant the other life
 * @param claimantText the same with its beacon and whence it called, for people
 * @param yields whether the claimant was there first, so that this node has to end; else the
 *     claimant is not let in
 */
public record AddressClaimed(
    Incarnation holder,
    String holderText,
    Incarnation claimant,
    String claimantText,
    boolean yields) {}
