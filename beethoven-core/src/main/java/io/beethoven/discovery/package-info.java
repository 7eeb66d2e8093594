/** Finding peers: subnets, seeking, forming a cluster, and the messages of the beacon. */
@NullMarked
package io.beethoven.discovery;

import org.jspecify.annotations.NullMarked;
