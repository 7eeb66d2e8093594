package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Order.Difference;
import io.beethoven.model.RoleSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which definition of a role holds in a reign: rule 4.6.8. */
class DefinitionsTest {

  private final Definitions definitions = new Definitions();

  @Test
  void shouldLetTheAllocatorsOwnNodeDecideAndEditsStandAboveIt() {
    definitions.learn(defining(spec(WORK, 1)));
    definitions.decree(defining(spec(WORK, 2)));
    assertThat(definitions.of(WORK)).contains(spec(WORK, 2));

    definitions.override(
        Edits.NONE.under(EPOCH, GrantFixtures.voters(GrantFixtures.A)).with(spec(WORK, 3)));
    assertThat(definitions.of(WORK)).contains(spec(WORK, 3));
    definitions.learn(defining(spec(WORK, 4)));
    assertThat(definitions.of(WORK)).contains(spec(WORK, 3));
  }

  @Test
  void shouldKeepTheFirstDefinitionThatIsReported() {
    definitions.learn(defining(spec(OTHER, 1)));
    definitions.learn(defining(spec(OTHER, 2), spec(WORK, 2)));
    definitions.learnFromHolder(new Catalog(List.of(), List.of(), List.of(spec(WORK, 5))));

    assertThat(definitions.all()).containsExactly(spec(OTHER, 1), spec(WORK, 2));
  }

  @Test
  void shouldLearnWhatRunsAndNobodyDefines() {
    definitions.learnFromHolder(new Catalog(List.of(), List.of(), List.of(spec(WORK, 5))));

    assertThat(definitions.all()).containsExactly(spec(WORK, 5));
    assertThat(definitions.of(OTHER)).isEmpty();
  }

  @Test
  void shouldNameWhatANodeDefinesOtherwise() {
    definitions.decree(defining(spec(WORK, 1), spec(OTHER, 1)));

    assertThat(definitions.differencesOf(defining(spec(WORK, 2), spec(OTHER, 1))))
        .containsExactly(new Difference(WORK, "count is 2, valid is 1"));
    assertThat(definitions.differencesOf(Catalog.EMPTY)).isEmpty();
  }

  private static Catalog defining(RoleSpec... specs) {
    return new Catalog(List.of(), List.of(specs), List.of());
  }
}
