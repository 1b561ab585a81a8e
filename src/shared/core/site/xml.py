"""XML as bytes: elements in, a document out.  Pure.

The library escapes markup; what XML cannot hold at all must be gone before (`render.text.clean`).
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

__all__ = ["Element", "add", "document"]


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new last child of an element."""
    child = SubElement(parent, name, attributes)
    child.text = text or None
    return child


def document(root: Element) -> bytes:
    """The whole document, in UTF-8."""
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
