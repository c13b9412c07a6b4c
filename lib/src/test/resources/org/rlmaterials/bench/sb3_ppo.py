"""Steps a second of Stable-Baselines3's PPO with the networks and settings of bench-ppo, on vector
environments that take a given time a step. Prints one number.

Arguments: observation size, actions, environments, steps a environment between updates, batch,
epochs, seconds a step of all environments, total steps.
"""

import sys
import time

import gymnasium
import numpy
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnv

SIZE, ACTIONS, COUNT, STEPS, BATCH, EPOCHS = (int(x) for x in sys.argv[1:7])
SECONDS = float(sys.argv[7])
TOTAL = int(sys.argv[8])


class CostlyEnvs(VecEnv):
    """Random observations and rewards, episodes of 40 steps, a fixed cost a step."""

    def __init__(self):
        super().__init__(
            COUNT,
            gymnasium.spaces.Box(-5, 5, (SIZE,), numpy.float32),
            gymnasium.spaces.Discrete(ACTIONS),
        )
        self.random = numpy.random.default_rng(0)
        self.t = 0

    def observe(self):
        return self.random.standard_normal((COUNT, SIZE), dtype=numpy.float32)

    def reset(self):
        return self.observe()

    def step_async(self, actions):
        pass

    def step_wait(self):
        end = time.perf_counter() + SECONDS
        self.t += 1
        done = self.t % 40 == 0
        observation = self.observe()
        infos = [{"terminal_observation": observation[i]} if done else {} for i in range(COUNT)]
        reward = self.random.standard_normal(COUNT, dtype=numpy.float32)
        while time.perf_counter() < end:
            pass
        return observation, reward, numpy.full(COUNT, done), infos

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [None] * COUNT

    def set_attr(self, attr_name, value, indices=None):
        pass

    def env_method(self, method_name, *args, indices=None, **kwargs):
        return [None] * COUNT

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * COUNT


torch.set_num_threads(1)
model = PPO(
    "MlpPolicy",
    CostlyEnvs(),
    n_steps=STEPS,
    batch_size=BATCH,
    n_epochs=EPOCHS,
    learning_rate=3e-4,
    ent_coef=0.01,
    policy_kwargs={"net_arch": [64, 64]},
    device="cpu",
    seed=0,
)
start = time.perf_counter()
model.learn(TOTAL)
print(model.num_timesteps / (time.perf_counter() - start))
