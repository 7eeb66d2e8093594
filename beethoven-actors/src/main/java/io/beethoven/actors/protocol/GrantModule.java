package io.beethoven.actors.protocol;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Order;

/**
 * Tells Jackson how the core's messages look on the wire, since the core itself knows no Jackson:
 * each by a short name out of a fixed list. Named in {@code reference.conf}.
 */
public final class GrantModule extends SimpleModule {

  private static final long serialVersionUID = 1L;

  /** Creates the module. */
  public GrantModule() {
    super("beethoven-grant");
    setMixInAnnotation(Order.class, OrderNames.class);
    setMixInAnnotation(Answer.class, AnswerNames.class);
    setMixInAnnotation(Contact.class, ContactNames.class);
    setMixInAnnotation(Voters.class, OnlyComponents.class);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Order.Prepare.class, name = "prepare"),
    @JsonSubTypes.Type(value = Order.Grant.class, name = "grant"),
    @JsonSubTypes.Type(value = Order.Reserve.class, name = "reserve"),
    @JsonSubTypes.Type(value = Order.Withdraw.class, name = "withdraw"),
    @JsonSubTypes.Type(value = Order.Revoke.class, name = "revoke"),
    @JsonSubTypes.Type(value = Order.Block.class, name = "block"),
    @JsonSubTypes.Type(value = Order.Unblock.class, name = "unblock"),
    @JsonSubTypes.Type(value = Order.StoreVoters.class, name = "store-voters"),
    @JsonSubTypes.Type(value = Order.StoreEdits.class, name = "store-edits"),
    @JsonSubTypes.Type(value = Order.Differ.class, name = "differ")
  })
  private interface OrderNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Promised.class, name = "promised"),
    @JsonSubTypes.Type(value = Answer.Reported.class, name = "reported"),
    @JsonSubTypes.Type(value = Answer.Alive.class, name = "alive"),
    @JsonSubTypes.Type(value = Answer.Stopped.class, name = "stopped"),
    @JsonSubTypes.Type(value = Answer.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Answer.Nacked.class, name = "nacked"),
    @JsonSubTypes.Type(value = Answer.Blocked.class, name = "blocked"),
    @JsonSubTypes.Type(value = Answer.VotersStored.class, name = "voters-stored"),
    @JsonSubTypes.Type(value = Answer.EditsStored.class, name = "edits-stored")
  })
  private interface AnswerNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Contact.CreditRequest.class, name = "request"),
    @JsonSubTypes.Type(value = Contact.Credit.class, name = "credit")
  })
  private interface ContactNames {}

  @JsonIgnoreProperties("joint")
  private interface OnlyComponents {}
}
