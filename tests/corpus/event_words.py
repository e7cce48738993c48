"""The words of events.jsonl: written by hand, even places for one half, odd ones for the other."""

# ruff: noqa: E501 - a sentence stays on one line

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wording:
    """One way to say an announcement; the braces are its facts."""

    title: str
    lead: str
    details: tuple[str, ...]


AGENCIES = {
    "dhs": ("dhs", "Department of Homeland Security", "executive"),
    "state": ("state", "Department of State", "executive"),
    "uscis": ("uscis", "U.S. Citizenship and Immigration Services", "executive"),
    "court": ("court", "United States District Court", "court"),
}
MEDIA = [
    ("gazette", "The Evening Gazette", "media"),
    ("valley", "Valley Public Radio", "media"),
    ("wire", "Continental Wire", "media"),
    ("ledger", "The Border Ledger", "media"),
    ("harold", "Morning Harold", "media"),
    ("kbrd", "KBRD News", "media"),
]
SPANISH_MEDIA = [
    ("cronica", "La Crónica del Norte", "media"),
    ("radiosur", "Radio Sur", "media"),
    ("mirador", "El Mirador", "media"),
    ("vocero", "El Vocero Fronterizo", "media"),
]
NGOS = [
    ("lantern", "Lantern Refugee Network", "ngo"),
    ("bridges", "Bridges Legal Center", "ngo"),
    ("openhands", "Open Hands Coalition", "ngo"),
    ("samaritan", "Samaritan Migration Service", "ngo"),
    ("justice", "Justice at the Line", "ngo"),
    ("familias", "Familias Primero", "ngo"),
]
COURTS = [
    ("U.S. District Court for the Northern District of California", "Tribunal del Distrito Norte de California"),
    ("U.S. District Court for the Southern District of Texas", "Tribunal del Distrito Sur de Texas"),
    ("Ninth Circuit", "Tribunal de Apelaciones del Noveno Circuito"),
    ("Fifth Circuit", "Tribunal de Apelaciones del Quinto Circuito"),
    ("U.S. District Court for the Eastern District of New York", "Tribunal del Distrito Este de Nueva York"),
    ("U.S. District Court for the Western District of Washington", "Tribunal del Distrito Oeste de Washington"),
]
JUDGES = ["Amara Whitfield", "Teodoro Salas", "Ruth Okonkwo", "Daniel Pruitt", "Ines Calloway", "Harold Brandt"]
MONTHS_ES = [
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
    *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
]


def _program(policy: str, agency: str, name: str, name_es: str) -> dict[str, Any]:
    return {"policy": policy, "agency": agency, "name": name, "name_es": name_es}


def _country(policy: str, agency: str, country: str, country_es: str, sibling: str, sibling_es: str) -> dict[str, Any]:
    return {
        "policy": policy,
        "agency": agency,
        "country": country,
        "country_es": country_es,
        "sibling": {"country": sibling, "country_es": sibling_es},
    }


_PROGRAMS = [
    _program("mpp", "dhs", "Migrant Protection Protocols", "programa Quédate en México"),
    _program("cam", "state", "Central American Minors program", "Programa de Menores Centroamericanos"),
    _program("u4u", "dhs", "Uniting for Ukraine", "programa Unidos por Ucrania"),
    _program("safe-mobility-offices", "state", "Safe Mobility Offices", "programa de Oficinas de Movilidad Segura"),
    _program("frp", "dhs", "Family Reunification Parole", "Parole de Reunificación Familiar"),
    _program("chnv", "dhs", "CHNV parole", "parole humanitario CHNV"),
    _program("cbp-one", "dhs", "CBP One appointments", "programa de citas de CBP One"),
    _program("usrap", "state", "U.S. Refugee Admissions Program", "Programa de Admisión de Refugiados"),
]
_MEASURES = [
    _program("expedited-removal", "court", "expedited removal", "la deportación expedita"),
    _program("asylum-fee", "court", "annual asylum fee", "la tarifa anual de asilo"),
    _program("proclamation-10888", "court", "Proclamation 10888", "la Proclamación 10888"),
    _program("mpp", "court", "Migrant Protection Protocols", "los Protocolos de Protección a Migrantes"),
    _program("title-42", "court", "Title 42", "el Título 42"),
]
_TPS = [
    _country("tps", "dhs", "Haiti", "Haití", "South Sudan", "Sudán del Sur"),
    _country("tps", "dhs", "Honduras", "Honduras", "Nicaragua", "Nicaragua"),
    _country("tps", "dhs", "Nepal", "Nepal", "Burma", "Birmania"),
    _country("tps", "dhs", "Venezuela", "Venezuela", "Syria", "Siria"),
    _country("tps", "dhs", "Cameroon", "Camerún", "Ethiopia", "Etiopía"),
    _country("tps", "dhs", "Ukraine", "Ucrania", "Yemen", "Yemen"),
]
STAGES: dict[str, list[dict[str, Any]]] = {
    "end": _PROGRAMS,
    "begin": [_PROGRAMS[0], _PROGRAMS[1], _PROGRAMS[2], _PROGRAMS[3], _PROGRAMS[7]],
    "tps-extend": _TPS,
    "tps-end": _TPS[:5],
    "block": _MEASURES,
    "allow": _MEASURES[:4],
    "agreement": [
        _country("aca", "state", "Honduras", "Honduras", "Paraguay", "Paraguay"),
        _country("aca", "state", "Guatemala", "Guatemala", "Ecuador", "Ecuador"),
        _country("aca", "state", "El Salvador", "El Salvador", "Belize", "Belice"),
    ],
    "rule": [
        _program(
            "asylum-ead",
            "uscis",
            "work permits for asylum seekers",
            "los permisos de trabajo para solicitantes de asilo",
        ),
        _program("asylum-fee", "uscis", "annual asylum fee", "la tarifa anual de asilo"),
        _program("metering", "dhs", "metering", "la medición (metering) en los puertos de entrada"),
    ],
}
CONFIRMS = {
    "end": "begin",
    "begin": "end",
    "tps-extend": "tps-end",
    "tps-end": "tps-extend",
    "block": "allow",
    "allow": "block",
}
"""The act that undoes another one."""

ACTS: dict[str, dict[str, list[Wording]]] = {
    "end": {
        "en": [
            Wording(
                "{publisher} Ends {name}",
                "The {publisher} today announced that it is terminating {name}.",
                (
                    "The termination takes effect on {starts}. No new applications will be accepted after that date.",
                    "About {people} people are currently enrolled and will receive individual notices by mail.",
                    "Officers have been instructed to close pending files in an orderly manner and to answer questions from counsel.",
                ),
            ),
            Wording(
                "Secretary signs memorandum terminating {name}",
                "In a memorandum signed this morning, the Secretary terminated {name} and withdrew all earlier guidance on it.",
                (
                    "Field offices have until {starts} to wind down operations.",
                    "Records show {people} participants since the start, most of whom have hearings scheduled.",
                    "A hotline for attorneys opens on the next business day, and a list of frequent questions is posted online.",
                ),
            ),
            Wording(
                "Administration scraps {name}",
                "The administration said it is ending {name}, closing a channel that lawyers had come to rely on.",
                (
                    "The change is effective {starts}, according to the announcement.",
                    "Officials put the number of those affected at {people}.",
                    "Shelter directors along the border said telephones had not stopped ringing since the news broke.",
                ),
            ),
            Wording(
                "US to end {name}",
                "Washington is terminating {name}, officials announced, in one of the broadest changes to asylum policy this year.",
                (
                    "It will stop on {starts}.",
                    "Roughly {people} people have gone through it.",
                    "Several lawmakers had asked for such a step since the autumn.",
                ),
            ),
        ],
        "es": [
            Wording(
                "El Gobierno de Estados Unidos pone fin al {name}",
                "El Gobierno de Estados Unidos anunció hoy que pone fin al {name}.",
                (
                    "La terminación entra en vigor el {starts}. Después de esa fecha no se aceptarán nuevas solicitudes.",
                    "Unas {people} personas están inscritas y recibirán avisos individuales por correo.",
                ),
            ),
            Wording(
                "Termina el {name}",
                "El Gobierno de Estados Unidos terminó el {name} mediante un memorando firmado esta mañana.",
                (
                    "Las oficinas tienen hasta el {starts} para cerrar sus operaciones.",
                    "Según los registros, {people} personas han participado desde el comienzo.",
                ),
            ),
        ],
    },
    "begin": {
        "en": [
            Wording(
                "{publisher} Reinstates {name}",
                "The {publisher} today announced that it has reinstated {name}.",
                (
                    "New cases will be taken from {starts} at all participating offices.",
                    "The Department expects to serve {people} people in the first year.",
                    "Instructions for sponsors and attorneys are being published in English and Spanish.",
                ),
            ),
            Wording(
                "{name} resumes, Department announces",
                "{publisher} is resuming {name}, the Department announced today, after months of consultations.",
                (
                    "The first interviews begin on {starts}.",
                    "Some {people} files that had been closed will be reopened without a new fee.",
                    "Staff from three regional offices have been reassigned to the work.",
                ),
            ),
            Wording(
                "US brings back {name}",
                "The government has reinstated {name}, reversing an earlier decision that had drawn lawsuits and protests.",
                (
                    "Processing starts {starts}.",
                    "Officials estimate that {people} people could be covered.",
                    "Community groups in border towns were told of the decision in a call shortly before the announcement.",
                ),
            ),
            Wording(
                "{name} is back, officials say",
                "Officials announced that the administration is restarting {name}.",
                (
                    "Applications open on {starts}.",
                    "The administration counted {people} people who may qualify.",
                    "Airlines and bus companies have been informed, a spokesman said.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Estados Unidos reanuda el {name}",
                "El Gobierno de Estados Unidos anunció hoy que reanuda el {name}.",
                (
                    "Se recibirán nuevos casos a partir del {starts} en todas las oficinas participantes.",
                    "El Departamento espera atender a {people} personas durante el primer año.",
                ),
            ),
            Wording(
                "Vuelve el {name}",
                "El Gobierno de Estados Unidos restableció el {name}, informó este día el Departamento.",
                (
                    "Las primeras entrevistas comienzan el {starts}.",
                    "Unos {people} expedientes que estaban cerrados se abrirán de nuevo sin costo.",
                ),
            ),
        ],
    },
    "tps-extend": {
        "en": [
            Wording(
                "{publisher} Extends Temporary Protected Status for {country}",
                "The {publisher} today announced the extension of Temporary Protected Status (TPS) for {country}.",
                (
                    "The extension begins on {starts} and allows current beneficiaries to re-register.",
                    "An estimated {people} people are eligible.",
                    "Employment documents remain valid while renewals are processed; a notice explains how to file.",
                ),
            ),
            Wording(
                "Secretary extends TPS designation of {country}",
                "After reviewing country conditions, the Secretary has extended the designation of {country} for Temporary Protected Status.",
                (
                    "Beneficiaries must file between now and {starts}.",
                    "The decision covers about {people} people who already hold the status.",
                    "The notice to be published this week sets out fees and evidence.",
                ),
            ),
            Wording(
                "TPS for {country} extended",
                "People from {country} who live in the United States with Temporary Protected Status can stay longer: the government has extended the program.",
                (
                    "The new period starts {starts}.",
                    "Some {people} residents are covered, many of them essential workers.",
                    "Churches offered help with the forms over the weekend.",
                ),
            ),
            Wording(
                "US prolongs protection for {country} nationals",
                "The administration extended Temporary Protected Status for {country}, sparing families from losing their permits.",
                (
                    "It runs from {starts}.",
                    "The government counts {people} holders.",
                    "Employers in meatpacking and care had lobbied for it, trade groups said.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Estados Unidos extiende el Estatus de Protección Temporal para {country}",
                "El Gobierno de Estados Unidos anunció hoy la extensión del Estatus de Protección Temporal (TPS) para {country}.",
                (
                    "La extensión comienza el {starts} y permite a los beneficiarios reinscribirse.",
                    "Se calcula que {people} personas son elegibles.",
                ),
            ),
            Wording(
                "Extienden el TPS para {country}",
                "La Secretaria extendió la designación de {country} para el Estatus de Protección Temporal tras revisar las condiciones del país.",
                (
                    "Los beneficiarios deben presentar su solicitud antes del {starts}.",
                    "La decisión abarca a unas {people} personas.",
                ),
            ),
        ],
    },
    "tps-end": {
        "en": [
            Wording(
                "{publisher} Terminates Temporary Protected Status for {country}",
                "The {publisher} today announced the termination of Temporary Protected Status (TPS) for {country}.",
                (
                    "The termination is effective {starts}.",
                    "About {people} beneficiaries are affected and should make arrangements to depart.",
                    "Conditions in the country have improved, the notice says, and no longer meet the requirements of the statute.",
                ),
            ),
            Wording(
                "Secretary ends TPS designation of {country}",
                "The Secretary has terminated the designation of {country} for Temporary Protected Status, finding that it is no longer warranted.",
                (
                    "Work permits tied to it expire on {starts}.",
                    "Some {people} people hold the status.",
                    "The finding follows consultations with the Department that reports on country conditions.",
                ),
            ),
            Wording(
                "TPS for {country} to end",
                "The government is ending Temporary Protected Status for {country}, leaving families to decide what to do next.",
                (
                    "Protection runs out on {starts}.",
                    "It has covered {people} people.",
                    "At a community hall on Friday evening, volunteers handed out lists of lawyers.",
                ),
            ),
            Wording(
                "US strips TPS from {country} nationals",
                "The administration terminated Temporary Protected Status for {country}, officials announced.",
                (
                    "The status lapses on {starts}.",
                    "An estimated {people} people will lose it.",
                    "Mayors of two cities said that they would offer legal clinics.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Estados Unidos termina el Estatus de Protección Temporal para {country}",
                "El Gobierno de Estados Unidos anunció hoy la terminación del Estatus de Protección Temporal (TPS) para {country}.",
                (
                    "La terminación entra en vigor el {starts}.",
                    "Unos {people} beneficiarios quedan afectados.",
                ),
            ),
            Wording(
                "Ponen fin al TPS para {country}",
                "La Secretaria puso fin a la designación de {country} para el Estatus de Protección Temporal.",
                (
                    "Los permisos de trabajo vencen el {starts}.",
                    "Unas {people} personas tienen esa protección.",
                ),
            ),
        ],
    },
    "block": {
        "en": [
            Wording(
                "Order: {name} enjoined",
                "The {court} has issued a preliminary injunction that blocks {name} while the case proceeds.",
                (
                    "The order in docket {docket} was signed by Judge {judge}.",
                    "It covers {people} people named in the complaint and others in their situation.",
                    "The government must report on its compliance by {starts}.",
                ),
            ),
            Wording(
                "{court} blocks {name}",
                "In case {docket}, the {court} today blocked {name}, finding that the plaintiffs are likely to succeed.",
                (
                    "Judge {judge} wrote that the harm could not be undone later.",
                    "A status conference is set for {starts}.",
                    "The order runs to sixty pages and takes up each argument in turn.",
                ),
            ),
            Wording(
                "Judge halts {name}",
                "A ruling by the {court} put {name} on hold, a setback for the administration.",
                (
                    "Judge {judge} sided with the families who had sued.",
                    "The parties meet again on {starts}.",
                    "Outside the courthouse a small crowd sang.",
                ),
            ),
            Wording(
                "Court stops {name}",
                "The {court} stopped {name}, in a decision that lawyers for the government said they would appeal.",
                (
                    "The opinion, by Judge {judge}, faults the lack of notice.",
                    "It affects an estimated {people} people.",
                    "The hearing had drawn so many listeners that a second room was opened.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Tribunal bloquea {name}",
                "El {court} bloqueó hoy {name} mientras avanza el caso.",
                (
                    "La orden en el caso {docket} fue firmada por la jueza {judge}.",
                    "El Gobierno debe informar sobre su cumplimiento antes del {starts}.",
                ),
            ),
            Wording(
                "Frenan en la corte {name}",
                "El {court} suspendió {name} al considerar que los demandantes probablemente ganarán.",
                (
                    "El juez {judge} escribió que el daño no podría repararse.",
                    "Habrá una audiencia el {starts}.",
                ),
            ),
        ],
    },
    "allow": {
        "en": [
            Wording(
                "Stay granted: {name} may proceed",
                "The {court} has stayed the injunction and allows {name} to take effect pending appeal.",
                (
                    "The order is entered in docket {docket}.",
                    "Judge {judge} dissented in part.",
                    "Briefs are due on {starts}.",
                ),
            ),
            Wording(
                "{court} allows {name} during appeal",
                "In case {docket}, the {court} today allowed {name} to go ahead while the appeal is heard.",
                (
                    "The opinion by Judge {judge} finds that the government is likely to prevail.",
                    "Argument is scheduled for {starts}.",
                    "It does not decide the merits, the panel stressed.",
                ),
            ),
            Wording(
                "Appeal court lets {name} go ahead",
                "The {court} allowed the administration to enforce {name}, lifting an order that had stood for months.",
                (
                    "Judge {judge} wrote for the majority.",
                    "The case returns on {starts}.",
                    "Lawyers for the plaintiffs said they were considering all options.",
                ),
            ),
            Wording(
                "Win for government as {name} is allowed",
                "The {court} lifted the block on {name}, which can be applied again while judges consider the appeal.",
                (
                    "A dissent by Judge {judge} called the step premature.",
                    "Filings continue until {starts}.",
                    "The Department declined to say how soon officers would act.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Tribunal permite {name}",
                "El {court} permitió que se aplique {name} mientras se resuelve la apelación.",
                (
                    "La orden consta en el caso {docket}.",
                    "Los escritos deben presentarse antes del {starts}.",
                ),
            ),
            Wording(
                "Autorizan aplicar {name}",
                "El {court} autorizó al Gobierno a aplicar {name} durante la apelación.",
                (
                    "El juez {judge} escribió la opinión.",
                    "La audiencia será a partir del {starts}.",
                ),
            ),
        ],
    },
    "agreement": {
        "en": [
            Wording(
                "United States and {country} sign Asylum Cooperative Agreement",
                "The United States and {country} today signed an Asylum Cooperative Agreement.",
                (
                    "The agreement enters into force on {starts}.",
                    "Up to {people} people a year may be transferred under it.",
                    "A joint commission will meet every quarter to review how transfers are carried out.",
                ),
            ),
            Wording(
                "{publisher} announces Asylum Cooperative Agreement with {country}",
                "The {publisher} announced that the Asylum Cooperative Agreement with {country} has been signed.",
                (
                    "Transfers may begin {starts}.",
                    "The text foresees {people} transfers in the first year.",
                    "International partners will help with reception, the Department said.",
                ),
            ),
            Wording(
                "US signs asylum deal with {country}",
                "{country} will take in asylum seekers under an Asylum Cooperative Agreement that it signed with the United States.",
                (
                    "It starts on {starts}.",
                    "Diplomats spoke of as many as {people} people a year.",
                    "Opposition deputies asked to see the annexes.",
                ),
            ),
            Wording(
                "{country} joins asylum pact with Washington",
                "The United States signed an Asylum Cooperative Agreement with {country}, officials of both governments said.",
                (
                    "The first flights are planned from {starts}.",
                    "The quota is {people}.",
                    "The signing took place without the press.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Estados Unidos y {country} firman Acuerdo de Cooperación de Asilo",
                "Estados Unidos y {country} firmaron hoy un Acuerdo de Cooperación de Asilo.",
                (
                    "El acuerdo entra en vigor el {starts}.",
                    "Hasta {people} personas al año podrán ser trasladadas.",
                ),
            ),
            Wording(
                "Firman con {country} el Acuerdo de Cooperación de Asilo",
                "El Gobierno de Estados Unidos anunció que firmó con {country} un Acuerdo de Cooperación de Asilo.",
                (
                    "Los traslados comenzarán a partir del {starts}.",
                    "El texto prevé {people} traslados en el primer año.",
                ),
            ),
        ],
    },
    "rule": {
        "en": [
            Wording(
                "Final rule on {name} published",
                "{publisher} today issued a final rule on {name}, which adopts the changes proposed last year.",
                (
                    "The rule (FR Doc. {fr}) takes effect on {starts}.",
                    "It is expected to concern {people} people in its first year.",
                    "The preamble answers more than four thousand comments by subject.",
                ),
            ),
            Wording(
                "{publisher} adopts new rule on {name}",
                "A final rule on {name} was adopted by {publisher} today.",
                (
                    "Published as {fr}, the rule is effective {starts}.",
                    "The agency estimates {people} affected filings each year.",
                    "Forms that were signed before remain valid.",
                ),
            ),
            Wording(
                "New rule changes {name}",
                "The government adopted a rule on {name} that advocates had fought for a year.",
                (
                    "It applies from {starts}.",
                    "By the agency's own count {people} people will feel it.",
                    "Three former officials said that the computers would not be ready.",
                ),
            ),
            Wording(
                "Rule on {name} becomes final",
                "After a year of comments, the rule on {name} is final: the agency adopted it with few changes.",
                (
                    "The rule, document {fr}, starts on {starts}.",
                    "It touches {people} cases.",
                    "A coalition of cities is studying the text.",
                ),
            ),
        ],
        "es": [
            Wording(
                "Publican la regla final sobre {name}",
                "El Gobierno de Estados Unidos adoptó hoy una regla final sobre {name}.",
                (
                    "La regla (documento {fr}) entra en vigor el {starts}.",
                    "Se prevé que afecte a {people} personas en el primer año.",
                ),
            ),
            Wording(
                "Nueva regla sobre {name}",
                "La agencia adoptó la regla final sobre {name}.",
                (
                    "Publicada como {fr}, rige a partir del {starts}.",
                    "La agencia calcula {people} solicitudes afectadas cada año.",
                ),
            ),
        ],
    },
}

QUOTES = {
    "en": [
        "“This decision follows the law and the facts, and it will be carried out with care,” a senior official said.",
        "“Our officers will apply it evenly and explain it to every person concerned,” the Department's spokeswoman said.",
        "“We have weighed every interest, and this is the orderly way forward,” said an official who took part in the talks.",
        "“Nobody should be surprised by this step, which was prepared for months,” the head of the office said.",
    ],
    "es": [
        "“Esta decisión respeta la ley y se aplicará con cuidado”, dijo un alto funcionario.",
        "“Nuestros oficiales la explicarán a cada persona afectada”, dijo la portavoz del Departamento.",
    ],
}
ASIDES = {
    "en": [
        "The question has divided Congress for years, and few expect it to rest.",
        "At the bus station volunteers were still explaining the news to those who had just arrived.",
        "Lawyers said their first task was to find out which of their clients are concerned.",
        "A spokesman for the White House referred questions to the Department.",
        "Asked about it at a town hall, the senator said that she had not yet read the text.",
        "Two shelters in the valley had prepared for such a day since the winter.",
        "Analysts noted that similar steps had been tested in court before.",
        "The mayor promised beds, but no money.",
    ],
    "es": [
        "En los albergues hubo preguntas y pocas respuestas.",
        "Los abogados dijeron que primero deben saber a quiénes afecta.",
        "La Casa Blanca remitió las preguntas al Departamento.",
        "El tema ha dividido al Congreso durante años.",
    ],
}

LATER: dict[str, dict[str, list[Wording]]] = {
    "program": {
        "delayed": [
            Wording(
                "{name}: the decision takes effect on {starts}",
                "The {publisher} has set a new date for its decision on {name}, announced yesterday: it takes effect on {starts}.",
                ("Offices were told to keep to the old procedure until then.",),
            ),
            Wording(
                "New date for {name}",
                "What the {publisher} announced on {name} yesterday will apply from {starts}, it said today.",
                ("The reason is the time that letters take.",),
            ),
        ],
    },
    "country": {
        "delayed": [
            Wording(
                "Correction: TPS date for {country}",
                "The {publisher} corrects its notice on Temporary Protected Status for {country}: the date is {starts}.",
                ("All other parts of the notice stand.",),
            ),
            Wording(
                "Temporary Protected Status for {country}: date changed",
                "The {publisher} changed the date in its decision on Temporary Protected Status for {country} to {starts}.",
                ("Letters with the new date go out this week.",),
            ),
        ],
    },
}
"""Follow-ups with news."""

REACTIONS: dict[str, list[Wording]] = {
    "program": [
        Wording(
            "{publisher} condemns the decision on {name}",
            "{publisher} condemns the decision on {name} that was announced today.",
            (
                "“People did what they were told to do, and now the door moves,” our director said.",
                "Our clinics in four cities stay open in the evening for those who have questions.",
            ),
        ),
        Wording(
            "Statement of {publisher} on {name}",
            "{publisher} is dismayed by today's announcement on {name} and stands with the families it concerns.",
            (
                "We have seen what such turns do to children who wait.",
                "Donors and volunteers can reach us through the form on our site.",
            ),
        ),
    ],
    "country": [
        Wording(
            "{publisher} on protection for {country}",
            "{publisher} deplores how the decision on Temporary Protected Status for {country} was made.",
            (
                "Families learned of it from the radio.",
                "We urge everybody to speak with an accredited representative before signing anything.",
            ),
        ),
        Wording(
            "Our response to the TPS decision",
            "{publisher} responds to the decision on Temporary Protected Status for {country}: those who are concerned need clear words, and time.",
            (
                "Our staff will answer calls until midnight.",
                "A first meeting takes place in the parish hall.",
            ),
        ),
    ],
}

LETTERS: dict[str, list[dict[str, Any]]] = {
    "dev": [
        {
            "policy": "flores",
            "en": Wording(
                "Letter: keep the Flores settlement",
                "{publisher} sent a letter to the Attorney General today that calls on the government to uphold the Flores settlement.",
                (
                    "Signed by 84 organizations, it describes rooms without beds.",
                    "Children must not pay for crowded stations, the letter says.",
                ),
            ),
            "es": Wording(
                "Carta: mantener el Acuerdo Flores",
                "{publisher} envió hoy una carta a la Fiscal General en la que exige al Gobierno que respete el Acuerdo Flores.",
                (
                    "Firmada por 84 organizaciones, describe cuartos sin camas.",
                    "Los niños no deben pagar por estaciones llenas, dice la carta.",
                ),
            ),
        },
        {
            "policy": "mpp",
            "en": Wording(
                "Letter to the Secretary on Remain in Mexico",
                "{publisher} urges the Secretary to end Remain in Mexico in a letter sent this morning.",
                (
                    "The letter has 112 signatures and lists attacks on people who wait.",
                    "It asks for an answer before the recess.",
                ),
            ),
            "es": Wording(
                "Carta a la Secretaria sobre Quédate en México",
                "{publisher} pide a la Secretaria que ponga fin a Quédate en México en una carta enviada esta mañana.",
                (
                    "La carta lleva 112 firmas y enumera ataques contra quienes esperan.",
                    "Pide una respuesta antes del receso.",
                ),
            ),
        },
        {
            "policy": "asylum-fee",
            "en": Wording(
                "We ask Congress to repeal the asylum fee",
                "{publisher} calls on Congress to repeal the annual asylum fee.",
                ("Our letter shows what 37 families had to give up to pay it.", "Nobody should be billed for waiting."),
            ),
            "es": Wording(
                "Pedimos al Congreso que derogue la tarifa de asilo",
                "{publisher} exige al Congreso que derogue la tarifa anual de asilo.",
                (
                    "Nuestra carta muestra a qué renunciaron 37 familias para pagarla.",
                    "A nadie se le debe cobrar por esperar.",
                ),
            ),
        },
    ],
    "held": [
        {
            "policy": "title-42",
            "en": Wording(
                "Health workers: do not revive Title 42",
                "{publisher} and 240 health workers urge the administration not to revive Title 42.",
                ("There is no medical ground for it, the letter says.", "It was sent to both Departments concerned."),
            ),
            "es": Wording(
                "Personal de salud: no revivan el Título 42",
                "{publisher} y 240 trabajadores de la salud piden al Gobierno que no reviva el Título 42.",
                ("No hay razón médica, dice la carta.", "Fue enviada a los dos Departamentos."),
            ),
        },
        {
            "policy": "metering",
            "en": Wording(
                "Open letter: stop metering at ports of entry",
                "{publisher} calls on the Commissioner to stop metering asylum seekers at ports of entry.",
                (
                    "The open letter quotes 53 people who were sent back to the end of the line.",
                    "Ports have room, it says.",
                ),
            ),
            "es": Wording(
                "Carta abierta: alto al metering en los puertos de entrada",
                "{publisher} exige al Comisionado que detenga el metering de solicitantes de asilo en los puertos de entrada.",
                (
                    "La carta abierta cita a 53 personas que fueron devueltas al final de la fila.",
                    "Los puertos tienen espacio, dice.",
                ),
            ),
        },
        {
            "policy": "usrap",
            "en": Wording(
                "Reopen refugee admissions, say 19 bishops",
                "{publisher} and 19 bishops urge the President to reopen the U.S. Refugee Admissions Program.",
                (
                    "Their letter recalls families who had sold their furniture.",
                    "Airports still have the welcome signs in storage.",
                ),
            ),
            "es": Wording(
                "Reabran la admisión de refugiados, piden 19 obispos",
                "{publisher} y 19 obispos piden al Presidente que reabra el Programa de Admisión de Refugiados de Estados Unidos.",
                (
                    "Su carta recuerda a familias que habían vendido sus muebles.",
                    "Los aeropuertos aún guardan los letreros de bienvenida.",
                ),
            ),
        },
    ],
}

ANNIVERSARY = [
    Wording(
        "{years} years since Remain in Mexico began",
        "{years} years ago the first families were sent back under Remain in Mexico. On this anniversary {publisher} remembers them.",
        ("Their names are read aloud at noon.", "The tents are gone; the fear is not."),
    ),
    Wording(
        "Remain in Mexico, {years} years on",
        "{publisher} marks {years} years of Remain in Mexico with a vigil at the bridge.",
        ("Candles are lit for those who did not arrive.", "Everybody is welcome, with or without words."),
    ),
    Wording(
        "Anniversary vigil: {years} years of the Migrant Protection Protocols",
        "This week it is {years} years since the Migrant Protection Protocols began, and {publisher} invites to a vigil.",
        ("We read from the diaries of people who waited.", "A quiet hour follows in the chapel."),
    ),
    Wording(
        "A day to remember: {years} years of Remain in Mexico",
        "On the anniversary of Remain in Mexico, now {years} years old, {publisher} honors those who waited.",
        ("The exhibition shows shoes, papers and a broken telephone.", "It is open until the evening."),
    ),
]
