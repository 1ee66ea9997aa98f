"""The Hub: releases pushed to it, pulled from it and listed, by its own client and never before the release gate."""
