"""From letters on pages to blocks: where lines end, what repeats, which column comes first."""
