"""Serves environments of the package Gymnasium to Qernel, over two named pipes.

Qernel starts it by `python3 -c` with one argument, the seconds that a call into an environment may take, and waits until
standard output is closed. It leaves a process behind that has written one line of JSON there: the folder of its pipes, or
why there are none. That process answers one request after the other, until its requests end, be it by `kill -9` of the
other side. Everything is little-endian.

A request is two uint32, its kind and a number, and what belongs to it:
  0 make   bytes of JSON, which follow           -> uint32 bytes of JSON, and these
  1 step   environments; of each two uint32:     -> of each a float64 reward, uint32 flags and an observation
           the environment, its action
  2 reset  the environment; the seed, a uint32   -> an observation
  3 reset  the environment, without a seed       -> an observation
  4 close  the environment                       -> nothing
  5 render the environment                       -> uint32 rows and columns, and 3 bytes of each pixel; or 0,
                                                    the length of why not, and that

An observation has the size that `make` told: float32 or uint8 of a Box, one float32 of a Discrete.
Flags: 1 terminated, 2 truncated, 4 it is known whether it was a success, 8 it was one.
"""
import faulthandler
import json
import math
import os
import select
import shutil
import signal
import struct
import sys
import tempfile

LIMIT = float(sys.argv[1])
START_LIMIT = max(60, LIMIT)  # Imports may come from a cold disk.
HEADER = struct.Struct("<II")
RESULT = struct.Struct("<dI")
COUNT = struct.Struct("<I")
FLOAT = struct.Struct("<f")
MOST_LOG = 2**20  # Bytes of what environments print that are kept.


def watch(seconds):
    """Has the process end with a traceback, be it in code that never comes back to Python, unless called again by then.

    A timer and a signal cost a microsecond a call, where faulthandler.dump_traceback_later starts a thread each time.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)


class Refusal(Exception):
    """What keeps an environment from being made; its argument is told as it is."""


class Mismatch(Exception):
    """What an environment gives is not what it said it would; its argument says so, and is all that is told."""


class Served:
    """An environment."""

    def __init__(self, env):
        from gymnasium.spaces import Box, Discrete

        observations, actions = env.observation_space, env.action_space
        if not isinstance(actions, Discrete):
            raise Refusal({"space": "action", "found": str(actions)})
        if not isinstance(observations, (Box, Discrete)):
            raise Refusal({"space": "observation", "found": str(observations)})
        self.env = env
        self.first_action = int(actions.start)
        self.spaces = {"actions": int(actions.n)}
        self.shape = ()
        self.first = 0
        self.bytes = False
        if isinstance(observations, Discrete):
            self.first = int(observations.start)
            self.size = 4
            self.spaces["states"] = int(observations.n)
        else:
            self.shape = tuple(map(int, observations.shape))
            self.bytes = observations.dtype == numpy.uint8
            self.dtype = numpy.dtype("u1" if self.bytes else "<f4")
            self.size = math.prod(self.shape) * self.dtype.itemsize
            self.spaces |= {"shape": self.shape, "low": bounds(observations.low), "high": bounds(observations.high)}

    def encode(self, observation):
        """The bytes of an observation."""
        if not hasattr(self, "dtype"):
            return FLOAT.pack(int(observation) - self.first)
        array = numpy.asarray(observation, self.dtype)
        if array.shape != self.shape:
            raise Mismatch(f"The observation has shape {array.shape}, wanted {self.shape} as its space says")
        return array.tobytes()

    def reset(self, **seed):
        """The bytes of the first observation."""
        observation, _ = self.env.reset(**seed)
        return self.encode(observation)

    def render(self):
        """Rows, columns and the bytes of the environment's own picture, or 0 and why there is none."""
        try:
            if self.env.render_mode is None:  # Environments look at it as they draw, and some take longer to step with it.
                self.env.unwrapped.render_mode = "rgb_array"
            picture = numpy.asarray(self.env.render())
            if picture.dtype != numpy.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise TypeError(f"render() gave {picture.dtype} of shape {picture.shape}, wanted uint8 of (rows, columns, 3)")
            return HEADER.pack(*picture.shape[:2]) + picture.tobytes()
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".encode()
            return HEADER.pack(0, len(reason)) + reason

    def step(self, action, reply):
        """Appends what a step gives."""
        observation, reward, terminated, truncated, info = self.env.step(action + self.first_action)
        flags = bool(terminated) | bool(truncated) << 1
        if flags and "is_success" in info:
            flags |= 12 if info["is_success"] else 4
        reply.append(RESULT.pack(reward, flags))
        reply.append(self.encode(observation))


def bounds(array):
    """One number where all are equal, else a list; JSON has no infinite ones."""
    values = [value if math.isfinite(value) else f"{'-' if value < 0 else ''}Infinity" for value in map(float, array.flat)]
    return values[0] if len(set(values)) == 1 else values


def register_atari():
    """Has the games known whose ids Gymnasium's pages give without the module that registers them."""
    try:
        import ale_py  # noqa: F401
    except ModuleNotFoundError as error:
        raise gymnasium.error.DependencyNotInstalled("ale_py is not installed, run `pip install ale-py`") from error


def make(wanted):
    """An environment, by the keys `id`, `options` and, perhaps, `maxEpisodeSteps`."""
    arguments = {"disable_env_checker": True, **wanted["options"]}
    if "maxEpisodeSteps" in wanted:
        limit = wanted["maxEpisodeSteps"]
        arguments["max_episode_steps"] = -1 if limit is None else limit
    try:
        if wanted["id"].startswith("ALE/"):
            register_atari()
        env = gymnasium.make(wanted["id"], **arguments)
    except gymnasium.error.UnregisteredEnv as error:
        raise Refusal({"unknown": str(error), "ids": list(gymnasium.registry)}) from error
    except gymnasium.error.DependencyNotInstalled as error:
        raise Refusal({"dependency": str(error)}) from error
    except Exception as error:
        raise Refusal({"fault": f"{type(error).__name__}: {error}"}) from error
    try:
        return Served(env)
    except Refusal:
        env.close()
        raise


def time_limit(env):
    """Steps after which a TimeLimit of Gymnasium ends an episode, None where there is none."""
    from gymnasium.wrappers import TimeLimit

    while isinstance(env, gymnasium.Wrapper):
        if isinstance(env, TimeLimit):
            return env._max_episode_steps
        env = env.env
    return None


class Server:
    """Answers requests."""

    def __init__(self, requests, replies):
        self.requests = requests
        self.replies = replies
        self.environments = {}
        self.made = 0

    def serve(self):
        """Answers until the requests end."""
        answers = [self.make, self.step, self.reset_by_seed, self.reset, self.close, self.render]
        count = 0
        while len(header := self.requests.read(HEADER.size)) == HEADER.size:
            kind, number = HEADER.unpack(header)
            watch(LIMIT)
            reply = answers[kind](number)
            watch(0)
            while reply:
                reply = reply[os.write(self.replies, reply):]
            count += 1
            if count % 4096 == 0 and os.fstat(2).st_size > MOST_LOG:
                os.ftruncate(2, 0)
        watch(LIMIT)
        for served in self.environments.values():
            served.env.close()

    def make(self, length):
        wanted = json.loads(self.requests.read(length))
        watch(START_LIMIT)
        try:
            served = make(wanted)
            self.made += 1
            self.environments[self.made] = served
            told = {**served.spaces, "bytes": served.bytes, "size": served.size, "handle": self.made}
            told |= {"limit": time_limit(served.env), "draws": "rgb_array" in served.env.metadata.get("render_modes", ())}
        except Refusal as refusal:
            [told] = refusal.args
        text = json.dumps(told).encode()
        return memoryview(COUNT.pack(len(text)) + text)

    def step(self, count):
        pairs = self.requests.read(HEADER.size * count)
        reply = []
        for handle, action in HEADER.iter_unpack(pairs):
            watch(LIMIT)
            self.environments[handle].step(action, reply)
        return memoryview(b"".join(reply))

    def reset_by_seed(self, handle):
        [seed] = COUNT.unpack(self.requests.read(COUNT.size))
        return memoryview(self.environments[handle].reset(seed=seed))

    def reset(self, handle):
        return memoryview(self.environments[handle].reset())

    def close(self, handle):
        self.environments.pop(handle).env.close()
        return None

    def render(self, handle):
        return memoryview(self.environments[handle].render())


def open_pipes(told, parent):
    """Tells where the pipes are, and waits for the other side, which opens both and sends a request; its ends of them."""
    folder = tempfile.mkdtemp(prefix="qernel-")
    try:
        paths = [os.path.join(folder, name) for name in ("requests", "replies", "log")]
        for path in paths[:2]:
            os.mkfifo(path, 0o600)
        # With both ends of both here neither side waits for the other to open.
        held = [os.open(path, os.O_RDWR) for path in paths[:2]]
        log = os.open(paths[2], os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(told, json.dumps({"folder": folder, "python": sys.executable}).encode())
        os.close(told)
        os.dup2(log, 1)
        os.dup2(log, 2)
        while not select.select([held[0]], [], [], 1)[0]:
            os.kill(parent, 0)  # It raises once there is no such process.
        ends = os.open(paths[0], os.O_RDONLY), os.open(paths[1], os.O_WRONLY)
        for end in held:
            os.close(end)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ends


def main():
    global gymnasium, numpy
    parent = os.getppid()
    if os.fork():
        os._exit(0)
    os.setsid()  # Ctrl-C is for Qernel, which ends its run in peace.
    told = os.dup(1)
    os.dup2(2, 1)
    faulthandler.enable()
    faulthandler.register(signal.SIGALRM, chain=True)
    watch(START_LIMIT)
    try:
        import gymnasium
        import numpy
    except ModuleNotFoundError as error:
        missing = {"missing": error.name, "python": sys.executable}
        os.write(told, json.dumps(missing).encode())
        return
    if not hasattr(gymnasium.error, "UnregisteredEnv") or int(gymnasium.__version__.split(".")[0]) < 1:
        os.write(told, json.dumps({"version": gymnasium.__version__, "python": sys.executable}).encode())
        return
    watch(0)
    requests, replies = open_pipes(told, parent)
    Server(os.fdopen(requests, "rb"), replies).serve()


try:
    main()
    status = 0
except (BrokenPipeError, ProcessLookupError):
    status = 0  # The other side has ended.
except Mismatch as mismatch:
    print(mismatch, file=sys.stderr)
    status = 1
except BaseException:
    sys.excepthook(*sys.exc_info())
    status = 1
sys.stderr.flush()
os._exit(status)
