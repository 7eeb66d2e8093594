package io.beethoven.actors.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
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
    @Type(value = Order.Prepare.class, name = "prepare"),
    @Type(value = Order.Grant.class, name = "grant"),
    @Type(value = Order.Reserve.class, name = "reserve"),
    @Type(value = Order.Withdraw.class, name = "withdraw"),
    @Type(value = Order.Revoke.class, name = "revoke"),
    @Type(value = Order.Block.class, name = "block"),
    @Type(value = Order.Unblock.class, name = "unblock"),
    @Type(value = Order.StoreVoters.class, name = "store-voters"),
    @Type(value = Order.StoreEdits.class, name = "store-edits"),
    @Type(value = Order.Differ.class, name = "differ")
  })
  private interface OrderNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @Type(value = Answer.Promised.class, name = "promised"),
    @Type(value = Answer.Reported.class, name = "reported"),
    @Type(value = Answer.Alive.class, name = "alive"),
    @Type(value = Answer.Stopped.class, name = "stopped"),
    @Type(value = Answer.Refused.class, name = "refused"),
    @Type(value = Answer.Nacked.class, name = "nacked"),
    @Type(value = Answer.Blocked.class, name = "blocked"),
    @Type(value = Answer.VotersStored.class, name = "voters-stored"),
    @Type(value = Answer.EditsStored.class, name = "edits-stored")
  })
  private interface AnswerNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @Type(value = Contact.CreditRequest.class, name = "request"),
    @Type(value = Contact.Credit.class, name = "credit")
  })
  private interface ContactNames {}

  private interface OnlyComponents {
    @JsonIgnore
    boolean isJoint();
  }
}
