package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How death is noticed. Keys under {@code beethoven.evidence}.
 *
 * @param maxVoters most nodes that vote, 1 to 9
 * @param redialMin first pause before a peer whose life-line broke is dialled again
 * @param redialMax greatest pause between two redials
 * @param redialTimeout how long one redial may stay silent
 * @param redialLimit how long redialling goes on before the broken line is given up as no evidence
 * @param reconnectMin first pause before a lost line is opened anew
 * @param reconnectMax greatest pause between two attempts
 * @param voteResend pause between repetitions of an unconfirmed vote
 * @param downFallback how long others wait for the lowest live node to down a dead one
 * @param removeAfter how long a member that holds nothing may be unreachable
 */
public record EvidenceSettings(
    int maxVoters,
    Duration redialMin,
    Duration redialMax,
    Duration redialTimeout,
    Duration redialLimit,
    Duration reconnectMin,
    Duration reconnectMax,
    Duration voteResend,
    Duration downFallback,
    Duration removeAfter) {}
