"""``make chaos``: kill everything at random while people work, then see what is missing.

``__main__`` runs it, ``site`` starts what an operator starts and again what died, ``killing``
kills, ``load`` is the second process that works (``visits`` speaks HTTP, ``notes`` keeps what was
promised), ``checking`` compares promises and database, ``overload`` asks for more than there is.
"""
