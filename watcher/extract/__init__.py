"""From documents to readable text: bytes to characters, markup to text, one cleaning for everything."""
