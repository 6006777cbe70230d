"""A service that a test tells what to do, line by line, over the socket named by its argument; see test/session/actor.ts."""

import array
import json
import os
import signal
import socket
import sys
import time

kept = []


def notify(text, *fds, to=None):
    """One datagram to NOTIFY_SOCKET, with descriptors."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else []
        sender.sendmsg([text.encode('latin1')], rights, 0, to or os.environ['NOTIFY_SOCKET'])


def barrier():
    """Returns when archon has handled everything that was sent before."""
    inner, outer = os.pipe()
    notify('BARRIER=1', outer)
    os.close(outer)
    os.read(inner, 1)
    os.close(inner)


def pair(name=None, more='', text=''):
    """Gives archon one end of a pair that holds this text; the other end stays here."""
    ours, theirs = socket.socketpair()
    kept.append(ours)
    ours.send(text.encode())
    notify('FDSTORE=1' + (f'\nFDNAME={name}' if name else '') + more, theirs.fileno())
    theirs.close()


def file(name=None, text=''):
    """Gives archon a file in memory that holds this text."""
    fd = os.memfd_create('kept')
    os.write(fd, text.encode())
    os.lseek(fd, 0, os.SEEK_SET)
    notify('FDSTORE=1' + (f'\nFDNAME={name}' if name else ''), fd)
    os.close(fd)


def given():
    """What came with the start: the names, and what each descriptor holds."""
    count = int(os.environ.get('LISTEN_FDS', '0'))
    names = os.environ.get('LISTEN_FDNAMES', '')
    mine = os.environ.get('LISTEN_PID') == str(os.getpid())
    texts = []
    for fd in range(3, 3 + count):
        os.set_blocking(fd, False)
        try:
            texts.append(os.read(fd, 100).decode())
        except OSError as error:
            texts.append(error.strerror)
    return [names.split(':') if names else [], texts, mine]


def sockets():
    """The sockets that came with the start: how each is called, and where it is bound."""
    count = int(os.environ.get('LISTEN_FDS', '0'))
    names = os.environ.get('LISTEN_FDNAMES', '').split(':')
    found = []
    for fd in range(3, 3 + count):
        one = socket.socket(fileno=os.dup(fd))
        kept.append(one)
        where = one.getsockname()
        found.append([names[fd - 3], where if isinstance(where, str) else list(where[:2]), one.type.name])
    return found


def serve(index=0, says='here'):
    """Accepts one connection at the socket of that index, says something and hangs up."""
    one = socket.socket(fileno=os.dup(3 + index))
    client = one.accept()[0]
    client.send(says.encode())
    client.close()
    one.close()


def ask_to_bind(*fields, at=None):
    """BindFD: the reply, and where what came along is bound."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(at or os.environ['ARCHON_SOCKET'])
        line.send((','.join(('BindFD',) + fields) + '\n').encode())
        text, fds, _, _ = socket.recv_fds(line, 4096, 4)
        where = []
        for fd in fds:
            one = socket.socket(fileno=fd)
            kept.append(one)
            name = one.getsockname()
            where.append(name if isinstance(name, str) else list(name[:2]))
        return [text.decode().strip(), where]


def bind(host, port, one=None):
    """Binds a socket: whether that listens by itself then, or why not; and how many seconds it took."""
    one = one or socket.socket()
    kept.append(one)
    began = time.monotonic()
    try:
        one.bind((host, port))
        what = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        what = error.strerror
    return [what, time.monotonic() - began]


def listen(port=0):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(('127.0.0.1', port))
    server.listen()
    kept.append(server)
    return server.getsockname()[1]


def twin(then='pass'):
    """A child that does this and then obeys the test as well, under its own pid."""
    pid = os.fork()
    if pid == 0:
        exec(then, globals())
        obey()
    return pid


def obey():
    control = socket.socket(socket.AF_UNIX)
    control.connect(sys.argv[1])
    control.send((json.dumps(os.getpid()) + '\n').encode())
    for line in control.makefile():
        code = json.loads(line)
        try:
            answer = eval(code, globals())
        except SyntaxError:
            exec(code, globals())
            answer = None
        control.send((json.dumps(answer) + '\n').encode())
    os._exit(0)


if __name__ == '__main__':
    obey()
