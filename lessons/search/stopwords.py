"""Words of English and French that stand in every text, without accents.

Left out are words that mean something in the other language (car, son, UN) and those that may carry
a lesson: after, before, against, must, contre, avant.
"""

from __future__ import annotations

_ENGLISH = """
a about all also am an and any are as at be because been being both but by can could did do does
doing each else for from had has have having he her here hers him his how i if in into is it its
just may me might more most my no nor not of on only or other our ours own shall she should so some
such than that the their them then there these they this those through to too us very was we were
what when where which while who whom whose why will with would you your
"""
_FRENCH = """
ai ainsi alors au aucun aucune aussi autre autres aux avec avait avez avoir avons ayant c ce ceci
cela celle celles celui ces cet cette ceux chaque ci comme comment d dans de des donc dont du elle
elles en encore entre est et etait etaient etant ete etre eu eux fait furent il ils j je l la
laquelle le lequel les lesquels leur leurs lors lui m mais me meme memes mes mon n ne ni nos notre
nous on ont ou par parce pas peu peut pour pourquoi qu quand que quel quelle quelles quels qui quoi
s sa sans se sera ses si soit sommes sont sous sur t ta tel telle tels te tes toi ton tous tout
toute toutes tres tu une vos votre vous y
"""
STOPWORDS = frozenset((_ENGLISH + _FRENCH).split())
