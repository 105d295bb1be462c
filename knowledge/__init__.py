"""The district's facts as data, and the code that looks them up."""

from knowledge.loader import KnowledgeError, load_knowledge
from knowledge.lookup import (
    CLEAR,
    Match,
    contact_lines,
    find_matters,
    find_services,
    find_station,
    services_of,
)
from knowledge.model import Category, Knowledge, ProcessStep, ServiceItem, Station, Term

__all__ = [
    "CLEAR",
    "Category",
    "Knowledge",
    "KnowledgeError",
    "Match",
    "ProcessStep",
    "ServiceItem",
    "Station",
    "Term",
    "contact_lines",
    "find_matters",
    "find_services",
    "find_station",
    "load_knowledge",
    "services_of",
]
