package io.beethoven.actors.evidence;

import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Removes nobody by itself: {@link Downing} does, by proof of death and by what the allocator is
 * certain of. See {@code docs/decisions/0003-who-is-removed-from-the-membership.md}.
 *
 * <p>Named by {@code pekko.cluster.downing-provider-class} and created by Pekko.
 */
public final class EvidenceDowningProvider extends DowningProvider {

  private final FiniteDuration margin;

  /**
   * Called by Pekko.
   *
   * @param system the actor system
   */
  public EvidenceDowningProvider(ActorSystem system) {
    long millis =
        system
            .settings()
            .config()
            .getDuration("beethoven.evidence.remove-after", TimeUnit.MILLISECONDS);
    this.margin = Duration.create(millis, TimeUnit.MILLISECONDS);
  }

  /** For singletons and shards of the program's own. */
  @Override
  public FiniteDuration downRemovalMargin() {
    return margin;
  }

  @Override
  public Option<Props> downingActorProps() {
    return Option.empty();
  }
}
