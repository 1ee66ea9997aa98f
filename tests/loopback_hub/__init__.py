"""A Hub on this machine for tests: what the real client of the Hub asks for, answered over real HTTP.

`repository` keeps commits, trees and refs; `server` listens and knows who asks; the `*_routes` answer; `storage` takes
and gives large files at another port, as the Hub's does; `faults` breaks what a test wants broken.
"""
