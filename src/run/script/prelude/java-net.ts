/** `java.net.InetAddress` of the machine itself: a script has no network to ask about others. */
export const javaNet = `
  function addressOf(name, address) {
    return {
      getHostName: function () { return name; },
      getCanonicalHostName: function () { return name; },
      getHostAddress: function () { return address; },
      isLoopbackAddress: function () { return /^127\\.|^::1$/.test(address); },
      isAnyLocalAddress: function () { return address === '0.0.0.0' || address === '::'; },
      isReachable: function () { return name === machine.name || this.isLoopbackAddress(); },
      equals: function (other) { return other !== null && other !== undefined && String(other.getHostAddress()) === address; },
      toString: function () { return name + '/' + address; }
    };
  }
  var InetAddress = {
    getLocalHost: function () { return addressOf(machine.name, machine.address); },
    getLoopbackAddress: function () { return addressOf('localhost', '127.0.0.1'); },
    getByName: function (asked) {
      var name = String(asked);
      if (name === machine.name) return InetAddress.getLocalHost();
      if (name === 'localhost') return InetAddress.getLoopbackAddress();
      if (/^[0-9.]+$|:/.test(name)) return addressOf(name, name);
      throw new Error('java.net.UnknownHostException: ' + name + ' (a script has no network to ask)');
    },
    getAllByName: function (asked) { return [InetAddress.getByName(asked)]; }
  };
  var javaNet = { InetAddress: InetAddress };
`;
