"""How fast the program reads, measured beside its peers over a made-up press; ``python -m benchmarks.reading`` runs it.

prose         words, headlines and HTML out of nothing but chance
world         the press: its feeds, their articles, what each tells at a moment
documents     an article list written as RSS 2.0, Atom or RSS 1.0
scenes        how the press behaves while something is measured, and what is measured
server        serves the press on loopback, in a process of its own
stage         starts that process and tells it what to play
certificates  a certificate authority for a day
peers         the programs compared: how each is set up, run and asked what it stored
measure       one command's CPU time, wall time and memory, with all its descendants
table         medians, ratios, Markdown
reading       the run
"""
