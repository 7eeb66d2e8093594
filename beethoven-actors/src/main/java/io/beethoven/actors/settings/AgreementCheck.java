package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Holds a node that joins by seed nodes, and so not by discovery, to what nodes must agree on.
 * Pekko asks both sides and ends the joining one. A member of which nothing is known here, since it
 * is no node of Beethoven, is let in.
 */
public final class AgreementCheck extends JoinConfigCompatChecker {

  private final List<String> keys =
      AgreedKeys.all().stream().map(key -> BeethovenSettings.ROOT + "." + key).toList();

  /** Creates the check; called by Pekko. */
  public AgreementCheck() {}

  @Override
  public Seq<String> requiredKeys() {
    return seq(keys);
  }

  @Override
  public ConfigValidation check(Config toCheck, Config actualConfig) {
    List<String> differences =
        keys.stream()
            .filter(key -> toCheck.hasPath(key) && actualConfig.hasPath(key))
            .filter(key -> !toCheck.getString(key).equals(actualConfig.getString(key)))
            .map(
                key ->
                    "%s must be the same at all nodes, was %s and %s"
                        .formatted(key, toCheck.getString(key), actualConfig.getString(key)))
            .toList();
    return differences.isEmpty() ? Valid.getInstance() : new Invalid(seq(differences));
  }

  private static Seq<String> seq(List<String> texts) {
    return CollectionConverters.asScala(texts).toList();
  }
}
