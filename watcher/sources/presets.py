"""JSON interfaces that many people want: where in their answers everything stands, so that one word configures them."""

from __future__ import annotations

from collections.abc import Mapping

_AGENCIES = "agencies[].[name || raw_name][]"
_FEDERAL_REGISTER = {
    "entries": "results || (count == `0` && `[]`)",  # an answer without documents has no `results` at all
    "id": "document_number",
    "url": "html_url || pdf_url",
    "next": "next_page_url",
}

PRESETS: Mapping[str, Mapping[str, str]] = {
    # https://www.federalregister.gov/developers/documentation/api/v1, documents.json
    "federal-register": {
        **_FEDERAL_REGISTER,
        "title": "title",
        "text": f"[action || type, {_AGENCIES}, abstract]",
        "date": "publication_date",
    },
    # the same, public-inspection-documents/current.json: filed, to be published in the next days; knows no conditions
    "federal-register-inspection": {
        **_FEDERAL_REGISTER,
        "title": "title || toc_doc || toc_subject",
        "text": f"[type, {_AGENCIES}, toc_subject, toc_doc, editorial_note]",
        "date": "filed_at || publication_date",
    },
    # https://developer.wordpress.org/rest-api/reference/posts/, /wp-json/wp/v2/posts
    "wordpress": {
        "entries": "@",
        "id": "id",
        "url": "link",
        "title": "title.rendered",
        "title_is": "html",
        "html": "content.rendered",
        "date": "date_gmt || date",
        "full_text": "always",
        "next_parameter": "page",
    },
    # https://www.courtlistener.com/help/api/rest/search/, v4: opinions (type=o) and dockets (type=r)
    "courtlistener": {
        "entries": "results",
        "id": "cluster_id || docket_id",
        "url": "absolute_url || docket_absolute_url",
        "title": "caseName || case_name_full",
        "text": "[court, suitNature, cause, opinions[].snippet, recap_documents[].[description, snippet][]]",
        "date": "dateFiled || dateArgued",
        "next": "next",
    },
}

DEFAULTS: Mapping[str, str] = {
    "entries": "@",
    "id": "id",
    "url": "url || link",
    "title": "title",
    "title_is": "text",
    "date": "date",
    "full_text": "never",
    "counts": "pages",
}
"""What is taken where neither the options nor a preset say something."""
