package io.beethoven.examples.fenced;

import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A role that counts on in a store, every few milliseconds, from where the last instance stopped.
 *
 * <p>{@link RoleContext#isGranted()} spares it work that would be refused. It protects nothing: the
 * process may be frozen after any statement, and go on with the next one long after another
 * instance has taken over. {@link RoleContext#token()} protects, since the store looks at it. It is
 * read for each write and never kept: it can rise while the instance runs, as a new allocator gives
 * a higher one to what it finds running, and a token that was kept is then refused as soon as the
 * store has been shown the newer one, by another thread of the role for example.
 */
final class Writer implements RoleTask {

  private static final long PAUSE_MILLIS = 5;

  private final Path file;
  private final Runnable onItsWay;

  /**
   * Creates the role.
   *
   * @param file the store's log
   * @param onItsWay called for each write when it is on its way: the right was held and the token
   *     is taken, nothing is written yet
   */
  Writer(Path file, Runnable onItsWay) {
    this.file = file;
    this.onItsWay = onItsWay;
  }

  @Override
  public void run(RoleContext context)
      throws IOException, StaleTokenException, InterruptedException {
    FencedStore store = FencedStore.open(file);
    long before = 0;
    long count = 0;
    try {
      before = store.claim(context.slot(), context.token()).map(Writer::countOf).orElse(0L);
      count = before;
      while (context.isGranted()) {
        String payload = work(count + 1, context);
        Token token = context.token();
        onItsWay.run();
        store.write(context.slot(), token, payload);
        count++;
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (StaleTokenException e) {
      // Replaced. Trying again with a newer token is not this instance's business.
      System.out.println(context.node() + " refused: " + e.getMessage());
      throw e;
    } finally {
      if (count > before) {
        System.out.println(context.node() + " wrote " + (before + 1) + " to " + count);
      }
    }
  }

  /** Makes what is to be written; imagine that it takes long. */
  private static String work(long count, RoleContext context) {
    return count + " " + context.node();
  }

  private static long countOf(String payload) {
    return Long.parseLong(payload.substring(0, payload.indexOf(' ')));
  }
}
