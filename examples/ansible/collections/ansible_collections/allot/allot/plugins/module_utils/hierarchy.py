"""A hierarchy that is a mapping in a playbook, as the text that allot reads; see allot-hierarchy(5)."""

from __future__ import annotations

import json
import re

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.allot.allot.plugins.module_utils.allot import make_text, make_usage_error

TEXTS = ("kind", "type", "name", "role", "restriction", "repeat", "from", "until", "language")


def write_hierarchy(hierarchy) -> str:
    """The text of a hierarchy: a text as it is, a mapping as JSON, which is YAML too."""
    if isinstance(hierarchy, str):
        return hierarchy
    if not isinstance(hierarchy, dict):
        raise make_usage_error("hierarchy is neither a mapping nor a text")
    converted = {"allot": 1} | convert_group(hierarchy, "hierarchy")
    text = json.dumps(converted, ensure_ascii=False, indent=1)
    # Line breaks of YAML that JSON leaves as they are; they can only be inside of texts.
    for each in "\x7f\x85\u2028\u2029\ufeff":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text + "\n"


def convert_group(group, where: str):
    """The keys of a group with values of the types that the format requires, whatever YAML and Jinja made of them."""
    converters = {"licenses": convert_grants, "users": convert_grants, "groups": convert_groups, "labels": convert_labels,
                  "reminder": convert_reminder, "suspended": convert_truth, "allot": convert_number, "catalog": convert_catalog}
    return convert(group, where, lambda key: converters.get(key, convert_text))


def convert_groups(groups, where: str):
    return convert(groups, where, lambda key: convert_group)


def convert_grants(grants, where: str):
    return convert(grants, where, lambda key: convert_grant)


def convert_grant(grant, where: str):
    converters = {"labels": convert_labels, "features": convert_texts} | {key: convert_text for key in TEXTS}
    return convert(grant, where, lambda key: converters.get(key, convert_number))


def convert_catalog(catalog, where: str):
    return convert(catalog, where, lambda key: convert_texts if key == "features" else keep)


def convert_labels(labels, where: str):
    return convert(labels, where, lambda key: convert_text)


def convert_reminder(reminder, where: str):
    return convert(reminder, where, lambda key: {"users": convert_truth, "repeat": convert_text}.get(key, convert_number))


def convert(mapping, where: str, converter_of):
    """A mapping with each value converted; what is not a mapping is left to allot to refuse."""
    if not isinstance(mapping, dict):
        return mapping
    return {key: converter_of(key)(value, f"{where}.{key}") for key, value in mapping.items()}


def convert_text(value, where: str):
    return None if value is None else make_text(value, where)


def convert_texts(values, where: str):
    return [make_text(each, where) for each in values] if isinstance(values, list) else values


def convert_number(value, where: str):
    if isinstance(value, list):
        return [convert_number(each, where) for each in value]
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value) else value


def convert_truth(value, where: str):
    try:
        return None if value is None else boolean(value)
    except TypeError:
        raise make_usage_error(f"{where} is neither true nor false: {json.dumps(value)}") from None


def keep(value, where: str):
    return value
