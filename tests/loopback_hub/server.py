"""The Hub's API: who asks is known before any route is taken, and writing needs the right to write."""

from . import account_routes, file_routes, large_routes, repository_routes
from .handler import Handler, RefusalError


class ApiHandler(Handler):
    routes = (
        *account_routes.ROUTES,
        *repository_routes.ROUTES,
        *large_routes.ROUTES,
        *file_routes.ROUTES,
    )

    def enter(self):
        self.account = self.hub.account(self)
        if self.account is None and self.headers.get("Authorization"):
            raise RefusalError(401, "Invalid credentials in Authorization header")

    def known(self):
        """The account that asks, where an anonymous one will not do."""
        if self.account is None:
            raise RefusalError(401, "Invalid username or password.")
        return self.account

    def repository(self, name):
        """A repository that the account may see."""
        return self.hub.visible(name, self.account)

    def writable(self, name):
        """A repository that the account may write to."""
        account, found = self.known(), self.repository(name)
        if not account.may_write(found.owner):
            raise RefusalError(403, f"Forbidden: you must have write access to {name}")
        return found

    def revision(self, repository, name):
        """The commit that a revision names."""
        sha = repository.resolve(name)
        if sha is None:
            raise RefusalError(404, f"Invalid rev id: {name}", "RevisionNotFound")
        return sha

    def send_page(self, items):
        """A part of a list, with the address of the next part in a header, as the Hub does."""
        start = int(self.query.get("cursor", ["0"])[0])
        stop = start + self.hub.page
        headers = {}
        if stop < len(items):
            kept = "&".join(f"{key}={value[0]}" for key, value in self.query.items() if key != "cursor")
            headers["Link"] = f'<{self.hub.url}{self.place}?{kept}&cursor={stop}>; rel="next"'
        self.send(items[start:stop], **headers)
