"""The configuration that watches the newsroom: its sources.yaml, and the environment of the process that watches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from watcher.demo.drafts import Draft, Expectation
from watcher.demo.outlets import OUTLETS, Form, Outlet, publishers
from watcher.demo.stage import DESK_HOST, Stage
from watcher.models.words import Action, ActorType, Modality

DESK = "desk@newsroom.demo"

ACTORS = (ActorType.EXECUTIVE, ActorType.LEGISLATURE, ActorType.COURT)
MODALITIES = (Modality.ACTUAL, Modality.PLANNED)
ACTIONS = (
    Action.PROPOSE,
    Action.ADOPT,
    Action.IMPLEMENT,
    Action.EXTEND,
    Action.EXPAND,
    Action.AMEND,
    Action.SUSPEND,
    Action.TERMINATE,
    Action.REINSTATE,
    Action.BLOCK,
    Action.ALLOW,
)

_SELECTORS: Mapping[str, Mapping[str, str]] = {
    "notices": {"entry": "tr.rule", "date": "td.when", "date_order": "MDY", "summary": "p.abstract"},
    "ministry": {"entry": "li.collection-result", "link": "a.collection-result__link", "date": "span.day"},
    "court": {"entry": "table.opinions tr", "date": "td", "date_order": "YMD"},
    "comision": {"entry": "article.comunicado", "link": "a.small-link", "date": "span.fecha"},
}
"""Where the entries stand on the listings, by layout."""


def is_alerted(expectation: Expectation) -> bool:
    """Whether the rule of this configuration takes a match of that description."""
    return expectation.actor in ACTORS and expectation.action in ACTIONS and expectation.modality in MODALITIES


def alerts(draft: Draft) -> bool:
    """Whether an announcement that comes while watching must reach the recipients."""
    return draft.age is None and any(map(is_alerted, draft.expected))


def write_configuration(stage: Stage, folder: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Writes sources.yaml and the webhook's secret into `folder`; returns the environment to watch with.

    `extra` is added to it (WATCHER_BASE_URL, ...); nothing else of this process's environment gets in.
    """
    secret, config = folder / "hook.secret", folder / "sources.yaml"
    secret.touch(mode=0o600)
    secret.write_text(stage.secret, encoding="utf-8")
    config.write_text(sources_yaml(stage, secret), encoding="utf-8")
    return {
        "WATCHER_CONFIG": str(config),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": ",".join(f"{host}/32:{stage.web_port}" for host in stage.hosts),
        "WATCHER_ALLOW_SEND": f"{DESK_HOST}/32:{stage.web_port}",
        "WATCHER_SMTP_URL": f"smtp+plain://{DESK_HOST}:{stage.smtp_port}",
        "WATCHER_MAIL_FROM": "watcher@newsroom.demo",
        "WATCHER_CONTACT": "the demo of watcher",
        **(extra or {}),
    }


def sources_yaml(stage: Stage, secret: Path) -> str:
    """The text of sources.yaml: all outlets, two recipients, one rule. `secret` is the file of the webhook's secret."""
    return yaml.safe_dump(_catalog(stage, secret), sort_keys=False, allow_unicode=True, width=120)


def _catalog(stage: Stage, secret: Path) -> dict[str, Any]:
    return {
        "publishers": [
            {"id": each.id, "name": each.name, "type": each.type.value}
            | ({"country": each.country} if each.country else {})
            for each in publishers()
        ],
        "hosts": [{"host": f"{host}:{stage.web_port}", "at_once": 4, "apart": "0s"} for host in stage.hosts],
        "sources": [_source(outlet, stage.newsroom.origins[outlet.publisher.id]) for outlet in OUTLETS],
        "recipients": [
            {"id": "desk", "channel": "email", "to": [DESK]},
            {"id": "hook", "channel": "webhook", "url": f"{stage.desk}/hooks/in", "secret": f"file:{secret}"},
        ],
        "rules": [_rule()],
    }


def _source(outlet: Outlet, home: str) -> dict[str, Any]:
    listing = outlet.form is Form.LISTING
    source = {
        "id": outlet.id,
        "publisher": outlet.publisher.id,
        "kind": "listing" if listing else "feed",
        "url": home + outlet.path,
        "every": "5s",
        "language": outlet.language,
    }
    return source | ({"options": dict(_SELECTORS[outlet.layout])} if listing else {})


def _rule() -> dict[str, Any]:
    return {
        "id": "acts-of-government-and-courts",
        "note": "Acts and plans of governments, parliaments and courts; what others say of them waits for the review.",
        "when": {
            "actor_types": [each.value for each in ACTORS],
            "actions": [each.value for each in ACTIONS],
            "modalities": [each.value for each in MODALITIES],
        },
        "send": ["desk", "hook"],
    }
