"""The district's facts as data, and the code that looks them up."""

from knowledge.loader import KnowledgeError, load_knowledge
from knowledge.lookup import Match, contact_lines, find_services, find_station, services_of
from knowledge.model import Category, Knowledge, ProcessStep, ServiceItem, Station, Term

__all__ = [
    "Category",
    "Knowledge",
    "KnowledgeError",
    "Match",
    "ProcessStep",
    "ServiceItem",
    "Station",
    "Term",
    "contact_lines",
    "find_services",
    "find_station",
    "load_knowledge",
    "services_of",
]
