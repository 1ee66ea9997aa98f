"""How results look: numbers, Markdown, HTML, pictures and templates, one of each.

Everything here takes values and gives text or a picture; nothing here reads a stage's files or knows a stage. So this
package stands above all stages, which import it to show what they made. The page of a stage's result stands beside the
stage (`comparison.table`, `release.card`) and is written with what is here.
"""
