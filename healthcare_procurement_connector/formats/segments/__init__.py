"""What X12 and EDIFACT have in common: documents that are lists of segments, grouped by what opens a group.

``codec`` declares a group once for reading and writing, ``values`` the kinds of values, ``texts`` long texts in
short elements, ``context`` what one reading or writing knows; ``bytes`` gets from bytes to text. A segment is a
list: its tag, then its elements, which are texts in X12 and lists of components in EDIFACT.
"""
