"""Fresh marts: what arrived in the feeds' inboxes is landed, built, tested and published."""
