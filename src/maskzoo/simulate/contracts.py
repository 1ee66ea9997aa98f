"""Contracts whose parts agree: parties, roles, terms and section numbers hold from the first line to the last."""

import random

from maskzoo.simulate import names
from maskzoo.simulate.clause_words import SHARED
from maskzoo.simulate.clauses import CASES, FRAMES, MAINS, TYPES
from maskzoo.simulate.entities import ENTITIES
from maskzoo.simulate.grammar import Grammar, sentence
from maskzoo.simulate.names import pick, word_list
from maskzoo.simulate.words import words_of

KINDS = (
    ("Supply", "Supplier", "Customer"),
    ("Services", "Provider", "Client"),
    ("Licence", "Licensor", "Licensee"),
    ("Lease", "Lessor", "Lessee"),
    ("Loan", "Lender", "Borrower"),
    ("Distribution", "Manufacturer", "Distributor"),
    ("Maintenance", "Contractor", "Owner"),
    ("Consulting", "Consultant", "Principal"),
    ("Carriage", "Carrier", "Shipper"),
    ("Purchase", "Seller", "Purchaser"),
    ("Franchise", "Franchisor", "Franchisee"),
    ("Agency", "Agent", "Trader"),
    ("Construction", "Builder", "Employer"),
    ("Hosting", "Operator", "Subscriber"),
)
DOCUMENTS = ("Agreement", "Contract", "Deed", "Instrument")
TERMS = word_list(words_of("contracts.terms"))
HEADINGS = {
    "assignment": ("Assignment", "Transfer", "Successors", "No transfer"),
    "confidentiality": ("Confidentiality", "Secrecy", "Non-disclosure"),
    "data_protection": ("Data protection", "Personal data", "Records"),
    "governing_law": ("Governing law", "Disputes", "Jurisdiction"),
    "indemnity": ("Indemnity", "Compensation", "Claims of third parties"),
    "intellectual_property": ("Intellectual property", "Ownership", "Licence"),
    "liability": ("Liability", "Limit of liability", "Loss"),
    "payment": ("Payment", "Price", "Charges"),
    "termination": ("Termination", "Term", "Duration"),
    "warranty": ("Warranty", "Quality", "Defects"),
    "force_majeure": ("Force majeure", "Events outside control", "Delay"),
    "notices": ("Notices", "Communication", "Addresses"),
}
PREAMBLE = words_of("contracts.preamble")

GRAMMAR = Grammar(SHARED, MAINS, CASES, FRAMES, PREAMBLE, ENTITIES)
MIXED_IN_DOCUMENTS = 0.5


def clause(
    generator: random.Random, kind: str, context: dict[str, str], *, mixed: float, types: tuple[str, ...] = TYPES
) -> str:
    """One clause of a type; with probability `mixed` a case or name of another type stands beside what it orders."""
    context["MAIN"] = GRAMMAR.expand(kind + ".main", generator, context)
    frame = "plain"
    if generator.random() < mixed:
        frame = "mixed"
        others = [name for name in types if name != kind]
        other = pick(generator, others)
        swapped = {**context, "X": context["Y"], "Y": context["X"]} if generator.random() < 0.5 else context
        context["CASE"] = GRAMMAR.expand(other + ".case", generator, swapped)
        context["NAME"] = GRAMMAR.expand(other + ".name", generator, swapped)
        context["CASE2"] = GRAMMAR.expand(pick(generator, others) + ".case", generator, context)
    return sentence(GRAMMAR.expand(frame, generator, context))


def fresh_details(generator: random.Random, context: dict[str, str], sections: list[str]) -> None:
    """New amounts, dates, places and references (to sections that exist) for the next clause."""
    context["R1"] = pick(generator, sections)
    context["R2"] = pick(generator, sections)
    context["AMOUNT"] = names.amount(generator)
    context["DATE"] = names.date(generator)
    context["PLACE"] = names.place(generator)
    context["N1"] = pick(generator, names.NUMBERS)
    context["N2"] = pick(generator, names.NUMBERS)


def contract(generator: random.Random) -> str:
    """A contract of 6 to 9 sections, one numbered clause a line.

    Held throughout: the role named first in the opening is the one that pays; terms are used after their definition;
    `Section 4.2` is a clause of this contract.
    """
    kind, provider, payer = generator.choice(KINDS)
    document = pick(generator, DOCUMENTS)
    payer_first = {"X": f"the {payer}", "Y": f"the {provider}"}
    terms = generator.sample(TERMS, 4)
    topics = generator.sample(TYPES, 4 + int(generator.random() * 3))
    counts = [2 + int(generator.random() * 2) for _ in topics]
    numbers = [[f"{3 + i}.{1 + j}" for j in range(count)] for i, count in enumerate(counts)]
    sections = [f"Section {number}" for group in numbers for number in group]
    context = {
        **payer_first,
        "KIND": kind,
        "DOCUMENT": document,
        "D": f"this {document}",
        "T1": f"the {terms[0]}",
        "T2": f"the {terms[1]}",
        "FIRST": names.company(generator) if generator.random() < 0.8 else names.person(generator),
        "SECOND": names.company(generator) if generator.random() < 0.9 else names.person(generator),
        "SIGNED": names.date(generator),
        "SIGNER": names.person(generator),
        "SIGNER2": names.person(generator),
        "PLACE2": names.place(generator),
    }
    fresh_details(generator, context, sections)
    opening = GRAMMAR.expand("opening", generator, {**context, "D": f"the {document}"})
    lines = [sentence(opening), sentence(GRAMMAR.expand("recital", generator, context))]
    for number, term in enumerate(terms, 1):
        context["TERM"] = term
        fresh_details(generator, context, sections)
        lines.append(f"1.{number} {sentence(GRAMMAR.expand('definition', generator, context))}")
    fresh_details(generator, context, sections)
    lines.append("2.1 " + sentence(GRAMMAR.expand("consideration", generator, context)))
    for topic, group in zip(topics, numbers, strict=True):
        for place, label in enumerate(group):
            fresh_details(generator, context, sections)
            context["T1"], context["T2"] = (f"the {term}" for term in generator.sample(terms, 2))
            if topic != "payment" and generator.random() < 0.5:
                context["X"], context["Y"] = context["Y"], context["X"]
            text = clause(generator, topic, context, mixed=MIXED_IN_DOCUMENTS)
            context.update(payer_first)
            heading = f"{pick(generator, HEADINGS[topic])}. " if place == 0 else ""
            lines.append(f"{label} {heading}{text}")
    fresh_details(generator, context, sections)
    lines.append(sentence(GRAMMAR.expand("closing", generator, context)))
    return "\n".join(lines)


def loose_context(generator: random.Random) -> dict[str, str]:
    """Roles, terms and references of an imagined contract, for a clause that stands alone."""
    _, provider, payer = generator.choice(KINDS)
    roles = [f"the {provider}", f"the {payer}"]
    if generator.random() < 0.5:
        roles.reverse()
    terms = generator.sample(TERMS, 2)
    context = {
        "X": roles[0],
        "Y": roles[1],
        "D": f"this {pick(generator, DOCUMENTS)}",
        "T1": f"the {terms[0]}",
        "T2": f"the {terms[1]}",
    }
    fresh_details(generator, context, [f"Section {a}.{b}" for a in range(1, 12) for b in range(1, 4)])
    return context
