COLUMNS=50 gdlc check long_lines.gdl
COLUMNS=10 gdlc check wide_characters.gdl
COLUMNS=wide gdlc check wide_characters.gdl
