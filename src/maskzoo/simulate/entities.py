"""Sentences with tagged entities, where the context decides the tag and the shape does not.

What is tagged: PARTY, who is bound by the contract; DATE, when something of the contract starts, falls due or ends;
AMOUNT, money owed under the contract; REFERENCE, a place in the contract. The same shapes also stand untagged: a
company that is an auditor or a landmark, the date of a statute or of an older paper, a capital or an insured value, a
section of a statute.
"""

import random
import re

from maskzoo.simulate import names
from maskzoo.simulate.names import pick

ENTITIES = """
entity
  {entity_head} / {entity_head} / {entity_head}{entity_tail}
  {entity_head}{entity_tail}
entity_head
  {of_parties} / {of_dates} / {of_amounts} / {of_references} / {of_nothing}
of_parties
  <PARTY {=P1}> and <PARTY {=P2}> [agree|have agreed] that the {service} of {good} [begins|starts] on <DATE {=D1}>
  <PARTY {=P1}>, formerly {=O1}, {shall} [deliver|lease|sell] the {goodkind} {good} to <PARTY {=P2}> by <DATE {=D1}>
  <PARTY {=P1}> {shall} pay <AMOUNT {=A1}> to <PARTY {=P2}> [on|before|no later than] <DATE {=D1}>
  <PARTY {=P1}>, advised by {=O1}, [buys|leases|takes over] the {good} of <PARTY {=P2}> at the yard beside {=O2}
  the {good} that {=O1} made is [sold|leased|lent] by <PARTY {=P1}> to <PARTY {=P2}> [under|in line with] <REFERENCE
    {=R1}>
  <PARTY {=P1}> may name {=O1} as its {person}, but <PARTY {=P1}> remains bound by <REFERENCE {=R1}>
  a {paper} of {=O1} dated {=D2} does not release <PARTY {=P1}> from <REFERENCE {=R1}>
of_dates
  the {paper} of {=D2} is replaced and the {service} [ends|expires] on <DATE {=D1}>
  the {service} [begins|ends|falls due] on <DATE {=D1}>, although the {paper} bears the date {=D2}
  unless <PARTY {=P1}> objects by <DATE {=D1}>, the {paper} dated {=D2} counts as approved
  from <DATE {=D1}> the rent is <AMOUNT {=A1}> a month, where it was {=A2} in the {paper} of {=D2}
  <PARTY {=P1}>, founded on {=D2}, {shall} complete the {service} before <DATE {=D1}>
  under the {good} regulations of {=D2} the {paper} has to be filed by <DATE {=D1}>
of_amounts
  the price of the {good} is <AMOUNT {=A1}>, of which <AMOUNT {=A3}> is due on <DATE {=D1}>
  <PARTY {=P1}>, whose share capital is {=A2}, owes <AMOUNT {=A1}> for the {service} of the {good}
  the {good}, insured for {=A2} by {=O1}, is [sold|offered] for <AMOUNT {=A1}>
  for example, where a {good} is worth {=A2}, the {loss} is shared under <REFERENCE {=R1}>
  if <PARTY {=P2}> is late, <PARTY {=P1}> may ask for <AMOUNT {=A1}> as well as the {service}
  the turnover of {=O1} was {=A2} on {=D2}, and <PARTY {=P1}> [paid|owes|advances] <AMOUNT {=A1}> to it
of_references
  subject to <REFERENCE {=R1}> and <REFERENCE {=R2}>, <PARTY {=P1}> {may} keep the {goodkind} {good}
  {=R3} of the {law} does not apply, but <REFERENCE {=R1}> does
  the {service} in <REFERENCE {=R1}> follows {=R3} of the {law} of {=D2}
  as <REFERENCE {=R1}> provides, <PARTY {=P2}> bears {losses} up to <AMOUNT {=A1}>
  {=R3} of the {law} and <REFERENCE {=R1}> both [ask for|require|speak of] a {paper} by <DATE {=D1}>
of_nothing
  the {paper} of {=O1} was [printed|filed|signed] on {=D2} and [lists|mentions] {good} worth {=A2}
  {=R3} of the {law} [speaks of|deals with] {good} and {good} that [costs|weighs] less than it did on {=D2}
  the {good} [stands|lies] behind the {=O1} building in {=PLACE}, next to the {service} {good}
  a {person} of {=O1} [visited|saw] the {good} on {=D2} and [valued|priced] it at {=A2}
entity_tail
  , as the {paper} of {=D2} [says|notes|shows] / , unless {=R3} of the {law} [forbids|prevents] it
  , whatever the {paper} of {=O1} says
  , provided that <REFERENCE {=R1}> is [met|kept|observed]
  , and <PARTY {=P2}> {shall} issue a {paper} by <DATE {=D1}>
  , and {=O1} keeps a copy of the {paper} / , for {=A2} of {good} was [lost|stored|held] there on {=D2}
law
  {lawword} Act / {lawword} and {lawword} Act / {lawword} Code / {lawword} Ordinance
lawword
  Harbour / Commerce / Banking / Consumer / Companies / Transport / Insurance / Property / Forestry / Fisheries
  Customs / Railways / Food / Mining / Energy / Building / Stamp Duty / Telegraph / Navigation / Weights / Tenancy
"""

MARK = re.compile(r"<([A-Z]+) ([^<>]*)>")
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:[-']\w+)*|[^\w\s]")


def entity_context(generator: random.Random) -> dict[str, str]:
    """Invented parties, other companies, dates, amounts and references for one sentence."""

    def party() -> str:
        return names.company(generator) if generator.random() < 0.85 else names.person(generator)

    def place_in_contract() -> str:
        shape, number = generator.random(), 1 + int(generator.random() * 14)
        if shape < 0.6:
            return f"Section {number}.{1 + int(generator.random() * 5)}"
        return f"Article {number}" if shape < 0.8 else f"Schedule {number}"

    return {
        "P1": party(),
        "P2": party(),
        "O1": party(),
        "O2": names.company(generator),
        "D1": names.date(generator),
        "D2": names.date(generator),
        "A1": names.amount(generator),
        "A2": names.amount(generator),
        "A3": names.amount(generator),
        "R1": place_in_contract(),
        "R2": place_in_contract(),
        "R3": place_in_contract(),
        "PLACE": names.place(generator),
        "N1": pick(generator, names.NUMBERS),
        "N2": pick(generator, names.NUMBERS),
        "AMOUNT": names.amount(generator),
        "DATE": names.date(generator),
        "T1": "the Goods",
        "T2": "the Works",
        "X": "the seller",
        "Y": "the buyer",
        "D": "this contract",
    }


def tagged(marked: str) -> tuple[list[str], list[str]]:
    """Tokens and IOB2 tags of a sentence in which `<KIND words>` marks an entity."""
    tokens: list[str] = []
    tags: list[str] = []

    def add(text: str, kind: str | None) -> None:
        for position, token in enumerate(TOKEN.findall(text)):
            tokens.append(token)
            tags.append("O" if kind is None else f"{'B' if position == 0 else 'I'}-{kind}")

    end = 0
    for mark in MARK.finditer(marked):
        add(marked[end : mark.start()], None)
        add(mark.group(2), mark.group(1))
        end = mark.end()
    add(marked[end:], None)
    return tokens, tags
