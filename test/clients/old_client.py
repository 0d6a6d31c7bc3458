"""A client of the old provisioning server's HTTP API, as such clients were written: standard library only.

Usage: old_client.py BASE TOKEN CHANNEL PLUGIN
TOKEN may be digest:USER:PASSWORD: then it waits for a challenge and answers it, as the oldest tool does.
Walks through everything that the API offers, checks codes, media types and bodies, and prints one line per step.
Ends with 0 when all was as expected, else with 1 and the difference.
"""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

MEDIA_TYPE = "application/vnd.proformatique.provd+json"
STATUS = re.compile(r"^(?:([^|]*)\|)?(waiting|progress|success|fail)(?:;(\d+)(?:/(\d+))?)?((?:\(.*\))*)$")


class Client:
    def __init__(self, base, token):
        self.base = base.rstrip("/")
        parts = urllib.parse.urlsplit(base)
        self.root = "{0.scheme}://{0.netloc}".format(parts)
        # a server may lie below a path of its host
        self.ours = ("/0.2", "/provd", "/api/provd", parts.path)
        self.token = token
        self.digest = token.startswith("digest:")
        handlers = []
        if self.digest:
            passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, self.root, *token.split(":")[1:])
            handlers = [urllib.request.HTTPDigestAuthHandler(passwords)]
        self.handlers = handlers
        self.opener = urllib.request.build_opener(*handlers)

    def request(self, method, path, body=None, raw=None, headers=None):
        url = self.root + path if path.startswith(self.ours) else self.base + path
        data = raw if raw is not None else (None if body is None else json.dumps(body).encode("ascii"))
        request = urllib.request.Request(url, data=data, method=method)
        if not self.digest:
            request.add_header("X-Auth-Token", self.token)
        request.add_header("Accept", MEDIA_TYPE)
        if data is not None:
            request.add_header("Content-Type", MEDIA_TYPE)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        for handler in self.handlers:
            # the library counts refusals of any kind as failures to sign in
            handler.reset_retry_count()
        try:
            with self.opener.open(request) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


def expect(what, found, wanted):
    if found != wanted:
        print("FAILED %s: found %r, wanted %r" % (what, found, wanted))
        sys.exit(1)
    print("ok %s" % what)


def get_json(client, path):
    status, headers, body = client.request("GET", path)
    expect("GET %s is 200" % path, status, 200)
    expect("GET %s has the media type" % path, headers["Content-Type"], MEDIA_TYPE)
    expect("GET %s knows its length" % path, headers["Content-Length"], str(len(body)))
    return json.loads(body)


def hrefs(document):
    return {link["rel"]: link["href"] for link in document["links"]}


def watch(client, location):
    """Follows an operation to its end and forgets it; answers every status seen."""
    seen = []
    while True:
        status = get_json(client, location)["status"]
        if not STATUS.match(status):
            expect("status %r can be read" % status, False, True)
        seen.append(status)
        if STATUS.match(status).group(2) in ("success", "fail"):
            break
        time.sleep(0.05)
    expect("DELETE %s is 204" % location, client.request("DELETE", location)[0], 204)
    status, headers, body = client.request("GET", location)
    expect("GET of a deleted operation is 404", (status, headers["Content-Type"]), (404, "text/html; charset=utf-8"))
    expect("its page says so", b"<h1>No Such Resource</h1>" in body, True)
    return seen


def start(client, href, body):
    status, headers, _ = client.request("POST", href, body)
    expect("POST %s is 201" % href, status, 201)
    expect("its Location is below it", headers["Location"].startswith(href + "/"), True)
    return headers["Location"]


def refused(client, method, path, status, text=None, **given):
    found, headers, body = client.request(method, path, **given)
    expect("%s %s is %s" % (method, path, status), found, status)
    if text is not None:
        expect("%s %s says why" % (method, path), body.decode("ascii"), text)
        expect("%s %s says it in plain text" % (method, path), headers["Content-Type"], "text/plain; charset=ascii")


def main(base, token, channel, plugin):
    client = Client(base, token)
    top = hrefs(get_json(client, ""))
    manager = hrefs(get_json(client, top["pg"]))
    install = hrefs(get_json(client, manager["srv.install"]))
    expect("install has six links", sorted(install), sorted("srv.install." + name for name in
           ("install", "uninstall", "installed", "installable", "upgrade", "update")))

    # plugin_server
    params = get_json(client, top["srv.configure"])["params"]
    server = [param for param in params if param["id"] == "plugin_server"][0]
    href = hrefs(server)["srv.configure.param"]
    expect("a parameter has its fields", sorted(server), ["description", "id", "links", "value"])
    refused(client, "PUT", href, 400, "no scheme: nourl", body={"param": {"value": "nourl"}})
    refused(client, "GET", top["srv.configure"] + "/nosuch", 404, "No such resource")
    expect("PUT is 204", client.request("PUT", href, {"param": {"value": channel}})[0], 204)
    expect("the value is kept", get_json(client, href), {"param": {"value": channel}})

    # update, list
    expect("nothing is offered before the update", get_json(client, install["srv.install.installable"]), {"pkgs": {}})
    seen = watch(client, start(client, install["srv.install.update"], {}))
    expect("the update tells how many bytes it read", bool(re.match(r"^update\|success;\d+$", seen[-1])), True)
    offered = get_json(client, install["srv.install.installable"])["pkgs"]
    expect("the plugin is offered", plugin in offered, True)
    for key in ("version", "description", "capabilities", "dsize", "sha1sum"):
        expect("an offer has %s" % key, key in offered[plugin], True)
    expect("an offer has no filename", "filename" in offered[plugin], False)
    expect("nothing is installed", get_json(client, install["srv.install.installed"]), {"pkgs": {}})

    # faults
    href = install["srv.install.install"]
    refused(client, "POST", href, 400, "'nosuch'", body={"id": "nosuch"})
    refused(client, "POST", href, 400, 'Missing "id" key', body={})
    status, headers, body = client.request("POST", href, raw=b"{bad")
    expect("broken JSON is 400", (status, headers["Content-Type"]), (400, "text/plain; charset=ascii"))
    expect("and says so", b"Invalid JSON document" in body, True)
    refused(client, "POST", href, 415, 'Entity must be in media type "%s".' % MEDIA_TYPE,
            body={"id": plugin}, headers={"Content-Type": "application/json"})
    refused(client, "GET", install["srv.install.installed"], 406,
            'You must accept the "%s" MIME type.' % MEDIA_TYPE, headers={"Accept": "application/json"})
    if not client.digest:
        status, headers, body = client.request("POST", href, {"id": plugin}, headers={"X-Auth-Token": "bad"})
        expect("a bad token is 401", (status, headers["Content-Type"], body), (401, "text/html", b"Unauthorized"))
        expect("with a challenge", headers["WWW-Authenticate"].split()[0], "Basic")
    status, _, body = client.request("PUT", manager["srv.install"])
    expect("an unknown method is 501", (status, b"<h1>Huh?</h1>" in body), (501, True))
    expect("OPTIONS is 200", client.request("OPTIONS", top["pg"])[0], 200)
    refused(client, "POST", install["srv.install.upgrade"], 400,
            "plugin %s is not already installed" % plugin, body={"id": plugin})
    refused(client, "POST", manager["pg.reload"], 400, "plugin nosuch is not installed", body={"id": "nosuch"})
    refused(client, "POST", manager["pg.reload"], 400, 'Missing "id" key', body={})

    # install
    seen = watch(client, start(client, href, {"id": plugin}))
    size = offered[plugin]["dsize"]
    expect("the install tells of its download", seen[-1], "install|success(download|success;%d/%d)" % (size, size))
    refused(client, "POST", href, 400, "plugin %s is already installed" % plugin, body={"id": plugin})
    installed = get_json(client, install["srv.install.installed"])["pkgs"]
    expect("it is installed", installed[plugin]["version"], offered[plugin]["version"])
    locale = top["srv.configure"] + "/locale"
    expect("PUT of a locale is 204", client.request("PUT", locale, {"param": {"value": "fr_FR"}})[0], 204)
    for name in ("installable", "installed"):
        pkg = get_json(client, install["srv.install." + name])["pkgs"][plugin]
        expect("%s is described in French" % name, pkg["description"][:4], "Greffon"[:4])
        expect("%s has one description" % name, [key for key in pkg if key.startswith("description_")], [])
    expect("and back", client.request("PUT", locale, {"param": {"value": None}})[0], 204)
    for name, good, bad in (("NAT", 1, 7), ("provisioning_key", "a1b2c3d4", "x")):
        href = "%s/%s" % (top["srv.configure"], name)
        expect("%s takes a bad value: 400" % name, client.request("PUT", href, {"param": {"value": bad}})[0], 400)
        expect("%s is set" % name, client.request("PUT", href, {"param": {"value": good}})[0], 204)
        expect("%s is kept" % name, get_json(client, href), {"param": {"value": good}})
        expect("%s is unset" % name, client.request("PUT", href, {"param": {"value": None}})[0], 204)
    href = install["srv.install.install"]
    expect("no devices", get_json(client, hrefs(get_json(client, top["dev"]))["dev.devices"]), {"devices": []})
    expect("no configurations", get_json(client, hrefs(get_json(client, top["cfg"]))["cfg.configs"]), {"configs": []})
    status, _, body = client.request("POST", top["dev"] + "/devices", {"device": {}})
    expect("a device is refused in one sentence", (status, body.count(b".")), (404, 1))
    plugins = get_json(client, manager["pg.plugins"])["plugins"]
    one = hrefs(plugins[plugin])["pg.plugin"]
    info = get_json(client, hrefs(get_json(client, one))["pg.info"])["plugin_info"]
    expect("its info is plugin-info", info["version"], offered[plugin]["version"])
    expect("another plugin has none", client.request("GET", manager["pg.plugins"] + "/nosuch/info")[0], 404)

    # upgrade, reload, uninstall
    seen = watch(client, start(client, install["srv.install.upgrade"], {"id": plugin}))
    expect("the upgrade succeeded", seen[-1].startswith("install|success"), True)
    expect("reload is 204", client.request("POST", manager["pg.reload"], {"id": plugin})[0], 204)
    expect("uninstall is 204", client.request("POST", install["srv.install.uninstall"], {"id": plugin})[0], 204)
    refused(client, "POST", install["srv.install.uninstall"], 400, "plugin not found", body={"id": plugin})
    expect("nothing is installed again", get_json(client, install["srv.install.installed"]), {"pkgs": {}})
    print("done")


if __name__ == "__main__":
    main(*sys.argv[1:5])
