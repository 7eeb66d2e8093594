package io.beethoven.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.testkit.ExplicitlyTriggeredScheduler;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Manual time that passes at once. Pekko's own waits a tenth of a second each time, in the hope
 * that by then all actors have done what they were told; whoever uses this one sees to that itself.
 */
public final class PromptScheduler extends ExplicitlyTriggeredScheduler {

  /**
   * Called by the actor system.
   *
   * @param config its configuration
   * @param log its log
   * @param threads not used
   */
  public PromptScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    super(config, log, threads);
  }

  /**
   * Returns what makes an actor system use it; {@link ManualTime} then lets its time pass.
   *
   * @return the settings
   */
  public static Config config() {
    return ConfigFactory.parseString(
            "pekko.scheduler.implementation = \"" + PromptScheduler.class.getName() + "\"")
        .withFallback(ManualTime.config());
  }

  @Override
  public void timePasses(FiniteDuration amount) {
    long end = currentTimeMs() + amount.toMillis();
    // The clock stands at the last task that was run.
    scheduleOnce(Duration.ofMillis(amount.toMillis()), () -> {}, ExecutionContext.global());
    executeTasks(end);
  }
}
