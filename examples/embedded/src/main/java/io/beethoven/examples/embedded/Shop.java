package io.beethoven.examples.embedded;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.Beethoven;
import io.beethoven.Role;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A program with an actor system of its own, in which a node lives beside everything else. */
public final class Shop {

  private Shop() {}

  /**
   * Runs until the process is ended.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Config config = Beethoven.overlay(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "shop", config);
    Beethoven node =
        Beethoven.attach(
            system, Role.behavior("cashier", Cashier::create, Cashier.Command.STOP).count(1));
    node.subscribe(event -> System.out.println("event: " + event));
    boolean ready = node.awaitReady(Duration.ofSeconds(30));
    System.out.println(node.self() + " ready=" + ready + " " + node.getRoles());
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
