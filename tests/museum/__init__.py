"""The museum: bugs of other shop systems, each a history that is lived through here.

`breaks.HISTORIES` says where each is lived through, and which guard of ours is taken out to make it happen again.
"""
