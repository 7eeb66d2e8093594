package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.TransportEvent.Stopped;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventFeedTest {

  @Test
  void shouldBeBehindUntilEventsAreDealtWith() {
    List<TransportEvent> mailbox = new ArrayList<>();
    EventFeed feed = new EventFeed(mailbox::add);
    for (int i = 1; i < EventFeed.MAX_WAITING; i++) {
      feed.onEvent(new Stopped());
    }
    assertThat(feed.isBehind()).isFalse();

    feed.onEvent(new Stopped());
    assertThat(feed.isBehind()).isTrue();
    assertThat(mailbox).hasSize(EventFeed.MAX_WAITING);

    feed.done();
    assertThat(feed.isBehind()).isFalse();
  }
}
