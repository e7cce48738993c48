"""Who hears, when and how: rules choose the matches, deliveries carry them, channels send them."""
