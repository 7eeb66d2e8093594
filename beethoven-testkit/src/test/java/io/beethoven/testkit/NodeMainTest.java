package io.beethoven.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.RoleName;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeMainTest {

  /** A role of the other kind. */
  public static final class Lifecycle implements RoleLifecycle {

    @Override
    public void start(RoleContext context) {}

    @Override
    public void stop() {}
  }

  @Test
  void shouldTakeRolesOfBothKinds() throws Exception {
    assertThat(NodeMain.role("piano=2:" + ReportingRole.class.getName()).name())
        .isEqualTo(new RoleName("piano"));
    assertThat(NodeMain.role("cello=1:" + Lifecycle.class.getName()).name())
        .isEqualTo(new RoleName("cello"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"piano", "piano=2", "=2:x", "piano:x", "piano=two:x", "piano=2:"})
  void shouldRefuseRoleOfAnotherForm(String text) {
    assertThatThrownBy(() -> NodeMain.role(text))
        .isInstanceOfAny(IllegalArgumentException.class, ClassNotFoundException.class);
  }

  @Test
  void shouldRefuseClassThatIsNoRole() {
    assertThatThrownBy(() -> NodeMain.role("piano=1:java.lang.String"))
        .isInstanceOf(ClassCastException.class);
  }
}
