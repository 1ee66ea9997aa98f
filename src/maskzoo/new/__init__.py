"""`maskzoo new`: from somebody's own data to a domain that runs as it is written."""
