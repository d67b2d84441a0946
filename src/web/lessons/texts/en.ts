/**
 * The texts of the lessons in English, by key. `{name}` stands for a value; `*words*` are stressed, and names of code stand
 * within backticks.
 *
 * @module
 */
export const en = {
  "lessons.title": "Lessons",
  "lessons.tagline":
    "Six teaching systems for deep Q-learning: what each is about, and what its faults do to learning.",
  "lessons.page": "Train anything",
  "lesson.goal": "What is to be learned",
  "lesson.idea": "The idea",
  "lesson.parameters": "The parameters",
  "lesson.questions": "Questions to try",
  "lesson.faults": "Faults of the source",
  "lesson.faultsAbout":
    "What was built wrong there. A switch builds it wrong here as well, to see what becomes of learning.",
  "lesson.told": "Others that no switch can show:",
  "lesson.toldOnly": "No switch can show these:",
  "lesson.trained": "What is trained",
  "lesson.laboratory": "The run of this lesson",
  "option.right": "Built right",
  "option.wrong": "As in the source",
  "compare.start": "Run side by side",
  "compare.draw": "Draw side by side",
  "compare.stop": "Stop",
  "compare.empty": "The first values are on their way ...",
  "compare.evaluation": "Return of greedy episodes, over steps",
  "compare.winRate": "Share of games won, over steps",
  "compare.meanQ": "Mean Q of what is learned from, over steps",
  "compare.epsilon": "Epsilon, over episodes",
  "key.environment.options.noise": "noise on what is seen",
  "key.environment.maxEpisodeSteps": "steps of an episode, at most",
  "key.environment.wrappers": "how states are cut into bins",
  "key.agent.hidden": "units of the hidden layers",
  "key.agent.gamma": "what a reward is worth one step later",
  "key.agent.loss": "what an error costs",
  "key.agent.optimizer": "how the network follows its gradient",
  "key.agent.clip": "bound of the gradient",
  "key.agent.target": "how the target network follows",
  "key.agent.exploration": "epsilon, the chance of a random action",
  "key.agent.replay": "the replay memory and its batches",
  "key.agent.train": "when the agent learns",
  "key.agent.learningRate": "alpha, the share of an error that is corrected",
  "key.agent.initial": "what the table begins with",
  "key.budget.episodes": "episodes",

  "gridworld.title": "A board, and a way to the goal",
  "gridworld.goal":
    "A player walks on a board of 4 by 4 cells. The goal is worth 10, the pit costs 10, and either ends the game; each move costs 1, and whoever walks into the wall or off the board has moved for nothing. A game is won when the goal is reached within 15 moves. What the network sees are four planes of the board, with a one where the player, the goal, the pit and the wall are.",
  "gridworld.idea":
    "`Q(s, a)` is to say what action `a` is worth in state `s`: the reward that it brings, and all that the best play brings after it, each step ahead worth a little less by the factor `γ`. If Q is right, a move changes nothing: what was expected before it is what it brought, plus what can be expected now. Where the two differ, there is something to learn. So the network is drawn, for every move `(s, a, r, s')` that was played, towards the target",
  "gridworld.loss":
    "in which `d` is 1 where the game has ended, since nothing follows then. The loss is the mean square of what is missing, over a batch of moves:",
  "gridworld.memory":
    "Two things keep this from chasing its own tail. Moves are kept in a *replay memory*, from which batches are drawn at random, so that an update does not depend on the last few moves alone. And targets come from a *target network* `θ⁻`, a copy of the network that stands still for 500 updates and is then renewed.",
  "gridworld.boards": "How much harder is it when the pieces move?",
  "gridworld.boardsAbout":
    "There is one board to know in `static`, and 13 in `player`. With all four pieces anywhere there are tens of thousands: no way can be known by heart, the board has to be read. Watch how much longer the third takes.",
  "gridworld.static": "none",
  "gridworld.player": "the player",
  "gridworld.random": "all four",
  "gridworld.target": "What does the target network cost?",
  "gridworld.targetAbout":
    "On this board it costs time. A target knows only what the latest copy knew, so that what the goal is worth spreads backwards by a move or so with each copy. Without one it spreads with each update, and the board is won after a third of the games. That this can go wrong is seen where values are larger: switch to a shared network in lesson D.",
  "gridworld.copied": "every 500 updates",
  "gridworld.none": "none",
  "gridworld.replay": "What is the replay memory good for?",
  "gridworld.replayAbout":
    "Here each update learns from 200 moves, drawn from the latest 1,000; or from the latest move alone, which is then forgotten. That learns, too, but needs about half as many games again, and its loss and values never come to rest.",
  "gridworld.remembers": "200 of 1,000 moves",
  "gridworld.forgets": "the latest alone",
  "gridworld.network": "Is a larger network better?",
  "gridworld.networkAbout":
    "The book behind the source has 150 and 100 units in place of 128 and 64. It makes no difference in games won; each update takes longer.",
  "gridworld.units": "{value} units at first",
  "gridworld.noise": "Why is there noise in what is seen?",
  "gridworld.noiseAbout":
    "Most of the 64 numbers are 0, and a weight behind a 0 never changes. Noise keeps all of them a little alive, and no board looks twice the same. Compare: on a board that never changes it can be done without.",
  "gridworld.noisy": "noise up to 0.1",
  "gridworld.clean": "none",
  "gridworld.early": "Training ends when the loss no longer falls",
  "gridworld.earlyAbout":
    "Early stopping watches the loss, with a patience of 5. In supervised learning a loss that stops falling means that there is nothing left to learn. Here it is noise around targets that rise as the agent learns: training ends about 20 updates after the first. The preset watches the share of games that are won.",
  "gridworld.unlogged": "Early stopping watches what nobody measures",
  "gridworld.unloggedAbout":
    "The other version watches a metric that is never logged, so that training never stops, or fails after the first epoch. Here the config is refused before anything runs, with the names of the metrics that there are.",
  "gridworld.labels":
    "One version trains a classifier on random labels with cross-entropy: no reward ever reaches it, and it learns nothing.",
  "gridworld.loader": "The other has no data loader: its trainer has nothing to train on.",

  "episodes.title": "Epochs of a memory",
  "episodes.goal":
    "A pole stands on a cart, and each step pushes the cart left or right. Every step that the pole stays up brings 1; at an angle of 12 degrees, or where the track ends, the episode is over, and after 500 steps it is cut off. The agent sees four numbers: where the cart and the pole are, and how fast they move.",
  "episodes.idea":
    "The source puts Q-learning into a framework made for supervised learning, which wants epochs of a data set. Its data set is the replay memory: 10,000 steps of random play fill it, then each epoch draws 10,000 samples in 40 batches, learns from them, and plays *one* episode. Epsilon falls with the epochs, and the target network is renewed after epochs 0, 10, 20 and so on:",
  "episodes.huber":
    "Errors `e = y - Q(s, a)` are rated by the smooth L1 loss. It is quadratic near 0 and a straight line beyond 1, so that a few targets that are far off do not tear the network apart:",
  "episodes.updates": "How much is to be learned from an episode?",
  "episodes.updatesAbout":
    "40 updates follow an episode, however long it was. With fewer, what was seen goes to waste; with more, the network learns by heart what is in its memory, and the way it values states drifts between two copies of the target network.",
  "episodes.updatesOption": "{value} updates",
  "episodes.prefill": "Is so much random play needed?",
  "episodes.prefillAbout":
    "10,000 steps of random play are about 450 falls of the pole. 1,000 steps begin with less of an idea of what is there, and make room in the memory for better play sooner.",
  "episodes.steps": "{value} steps",
  "episodes.loss": "Squared or smooth?",
  "episodes.lossAbout":
    "Values grow to about 100 here, and with them the errors. The squared loss follows a large error with a large step; the smooth one takes the same step for every error beyond 1.",
  "episodes.smooth": "smooth L1",
  "episodes.squared": "squared",
  "episodes.oldest": "The data set reads the same old rows for ever",
  "episodes.oldestAbout":
    "The source's data set always reads the oldest 10,000 rows, in their order: the random play of the beginning. What the agent plays later is stored and never learned from. It is shown here by its effect: the agent plays at random for ever, so that no batch holds anything else. At first that hardly matters, since random play knows well how poles fall. Later there is nothing new, and the values of long balances, which nobody has seen, drift away.",
  "episodes.limit": "The time limit counts as the end of the task",
  "episodes.limitAbout":
    "Whether an episode was over or just cut off after 500 steps is one flag in the source. A pole that stands is then valued as one that falls: nothing is expected behind the limit. In this system it goes unnoticed: as long as 15% of the pushes are left to chance, hardly any episode of training gets so far, and for hundreds of episodes the two curves are the same to the bit.",
  "episodes.wrapper":
    "The return of an episode is read from a wrapper that was never put around the environment.",

  "tutorial.title": "The framework's tutorial",
  "tutorial.goal":
    "The same pole on its cart, by the best-known program of its kind: two layers of 128 units, an update with every step, 600 episodes. What it is to reach is a mean of 475 of the 500 steps.",
  "tutorial.idea":
    "Two things differ from the lessons before. Exploration falls with the steps, and fast: after 3,000 of them it is down to 9%.",
  "tutorial.soft":
    "And the target network is not copied now and then: with every update it moves a little towards the network, so that it trails by about 200 updates.",
  "tutorial.optimizer":
    "AdamW with AMSGrad divides each step by the *largest* running mean of squared gradients so far, so that their scale never grows again. Gradients are clipped entry by entry at 100, which is a safety net that hardly ever acts.",
  "tutorial.double":
    "`max` takes the largest of values that are all a little wrong, and so takes what is too large. In *double* Q-learning the network chooses the action, and the target network tells its value:",
  "tutorial.luck": "How much is luck?",
  "tutorial.luckAbout":
    "Four runs that differ in nothing but the seed. Of 20 seeds 14 reach 475 with the published values; the others end between 171 and 285. Whoever compares two settings with one run each compares seeds.",
  "tutorial.seed": "seed {value}",
  "tutorial.mend": "What mends it?",
  "tutorial.mendAbout":
    "Double targets and a learning rate of 5e-4 in place of 1e-4: with these, all of 20 seeds reach 475. With a learning rate of 1e-3 it is quicker, and 18 of 20.",
  "tutorial.published": "as published",
  "tutorial.doubled": "double, 5e-4",
  "tutorial.sync": "Soft or hard?",
  "tutorial.syncAbout":
    "A target network that follows by half a per cent each update, or one that is copied every 200 updates: both are about as far behind. Look whether the curves differ by more than seeds do.",
  "tutorial.softly": "soft",
  "tutorial.hard": "copied every 200",
  "tutorial.loop":
    "The source breaks off before its training loop: the 600 episodes are those of the tutorial that it follows.",

  "phases.title": "Training, then a test",
  "phases.goal":
    "The pole for 200 steps at most (`CartPole-v0`), in 200 episodes of training. Then come 10 episodes of test, in which nothing is learned and nothing left to chance.",
  "phases.idea":
    "While it trains, an agent explores, and what it earns says less about what it knows than about its luck: epsilon falls to 5% within 1,000 steps, but at 5% a pole of 200 steps is still pushed at random ten times. A test is *greedy*: always the action with the largest Q. The buttons under the picture show the same agent both ways. Curves are drawn raw and smoothed, each value a tenth of its own and nine tenths of the past:",
  "phases.clamp":
    "Gradients are clamped to ±1, and the target network is copied every 10 episodes, which are 90 updates at first and 2,000 later, when episodes have become long.",
  "phases.sync": "How often should the target network follow?",
  "phases.syncAbout":
    "By episodes the rhythm is not the same throughout: short episodes, frequent copies. Try two episodes and fifty.",
  "phases.everyOption": "every {value} episodes",
  "phases.rate": "A step size that falls, or not?",
  "phases.rateAbout":
    "The published 1e-3 learns as fast and does not come to rest: the last evaluations of a run may be far below its best. The preset lets the step size fall to a tenth of it.",
  "phases.falls": "falls to 1e-4",
  "phases.constant": "stays at 1e-3",
  "phases.sampling": "Single moves, or a run of them?",
  "phases.samplingAbout":
    "The source can also draw a batch as a contiguous run of 64 steps. They are much alike, and an update then fits one stretch of one episode.",
  "phases.single": "drawn one by one",
  "phases.run": "a run of 64",
  "phases.shared": "Policy and target share one network",
  "phases.sharedAbout":
    "Two names, one object: there is no target network. Each update moves its own targets; values run away into the hundred thousands (look at mean Q), the play collapses and recovers in turn. The true value of a pole that stands is no more than 100.",
  "phases.broadcast": "A row is subtracted from a column",
  "phases.broadcastAbout":
    "Values of shape (64, 1) less targets of shape (64) make a matrix of 64 by 64: each state is drawn towards the targets of *all* states. The best answer to that is their mean, the same everywhere, and a network that values everything alike chooses nothing. The loss looks fine all the while.",
  "phases.limit": "The 200 steps count as the end of the task",
  "phases.limitAbout":
    "As in lesson B, a pole that was left standing is stored as one that fell. Here the limit of 200 is met all the time once the agent is good. It learns to stand all the same: all states are worth less, and in what counts, which of two actions is worth more, little changes.",
  "phases.seed": "A seed of 0 counts as no seed, so that the default run can not be repeated.",
  "phases.plot": "The test phase returns nothing, and the plot of its rewards fails.",

  "tables.title": "From a table to a network",
  "tables.goal":
    "Four tasks, in the order of the source: the way out of a house of six rooms; the pole by a network; and the pole and a car in a valley by tables once more, over states that were cut into bins. In the house each action is a room to enter, only doors are allowed, and the way out is worth 100.",
  "tables.idea":
    "With few states, Q is a table: an entry for each state and action. After each move the entry of what was done is corrected by a share `α` of its error:",
  "tables.rooms":
    "From the last door backwards: 100, then `γ` times 100, then `γ²` times 100. After some episodes every entry says how far the way out is, and the best way is to follow the largest.",
  "tables.bins":
    "Where a state is made of real numbers, a table needs bins: position and velocity of the car in 40 by 40 of them. Within a bin all states count as one. The picture of the best action over position and velocity is the *phase diagram* of the task: with the car, push the way it already moves.",
  "tables.network":
    "Bins multiply with each number: four of them in 40 parts are 2.6 million. A network takes the numbers as they are, and learns for states that it has never seen from states that are like them. For that it pays with all that the other lessons are about.",
  "tables.alpha": "How much of an error is corrected?",
  "tables.alphaAbout":
    "Nothing in the house is left to chance, so that an error can be corrected at once. With a tenth it takes many more visits until the table is right. The way out is found either way: the order of the entries is right long before their size.",
  "tables.alphaOption": "α = {value}",
  "tables.cells": "How fine must bins be?",
  "tables.cellsAbout":
    "Coarse bins are filled soon, and hold states together that want different actions: with 8 by 8 a swing that goes a little higher ends in the cell that it began in, and the car never gets out. 20 by 20 learns as well as 40 by 40, which has four times as many cells to visit.",
  "tables.cellsOption": "{value} by {value}",
  "tables.random": "What does no learning earn?",
  "tables.randomAbout":
    "An agent that acts at random has the same face as the others, and is what they have to beat.",
  "tables.learns": "DQN",
  "tables.acts": "at random",
  "tables.capacity": "Does a larger replay memory help?",
  "tables.capacityAbout":
    "Not here: over five seeds all four sizes solve the task, the smaller ones sooner (a median of 8,451 steps with 100, and of 17,535 with 10,000). Old moves of a worse policy are not worth much.",
  "tables.period": "How often should the target network follow?",
  "tables.periodAbout":
    "Neither at each update nor hardly ever: over five seeds, periods of 8, 32 and 128 updates solve all, 1 and 512 only three.",
  "tables.rate": "How large may a step be?",
  "tables.rateAbout":
    "Over five seeds, 0.1 is soonest and 0.0001 solves none: 400 episodes that stay short amount to few updates.",
  "tables.grid": "Do memory and period depend on each other?",
  "tables.gridAbout":
    "Yes: with 100 moves in memory a period of 128 is by far the slowest, and with 10,000 it is a period of 8. The experiment `td-cartpole-grid` of the command line has all nine pairs.",
  "tables.asIs": "10,000, 32",
  "tables.small8": "100, 8",
  "tables.small128": "100, 128",
  "tables.large8": "10,000, 8",
  "tables.large128": "10,000, 128",
  "tables.decay": "How fast should chance step back?",
  "tables.decayAbout":
    "Epsilon falls from 0.9 towards 0.05 by an exponential, whose factor says after how many episodes it has come down by two thirds. A factor of 1 is over after 5 episodes; 2,000 and 10,000 still explore after 1,000.",
  "tables.option": "{value}",
  "tables.door": "The next room ignores the choice",
  "tables.doorAbout":
    "The source walks through any door, but pays for the one that was chosen. Values rise far beyond 100, though nothing in the house is worth more: whoever may ask for the way out again and again without leaving collects 100 each time.",
  "tables.epsilon": "Epsilon never falls",
  "tables.epsilonAbout":
    "The training loop never makes it smaller: nine moves in ten are left to chance to the end. Most of what is learned from are poles that fall; some greedy evaluations are good, others not, and of the return in training nothing is to be seen.",
  "tables.first": "The first parameters, which fail",
  "tables.firstAbout":
    "Batches of 12, epsilon from 0.1, and a learning rate of 2: a step of Adam is about as long as the learning rate, and weights that jump by 2 forget everything each time. The source keeps it as its first try, and so does the experiment `td-first-try`.",
  "tables.target":
    "The target network starts as another random network, not as a copy: until the first copy, targets are noise of their own.",
  "tables.shown": "The episode that is shown ignores the time limit, and does not end.",

  "handson.title": "The least that learns",
  "handson.goal":
    "The pole for 500 steps once more, with as little as can be: one hidden layer of 64 units, no target network, 1,000 episodes; then the trained agent is shown.",
  "handson.idea":
    "The network itself gives the targets. They are held fast while the gradient is taken: it is the gradient of one side of the error alone, called a *semi-gradient*.",
  "handson.epsilon": "Epsilon begins at 1, and each episode multiplies it by 0.995 until it is down to 0.05:",
  "handson.end":
    "`1 - d` is a small thing in the formula and a large one in a program. It says that nothing is to be expected after the end, and it is the only place from which the agent learns that falling is bad: each step brings 1, whatever is done.",
  "handson.ends": "What if ends are forgotten?",
  "handson.endsAbout":
    "Without `1 - d` every state is worth 1/(1 - γ) = 100 in the end, the fallen pole as well. Values rise and rise, all alike, and the agent never learns to stand.",
  "handson.counts": "ends count",
  "handson.forgotten": "forgotten",
  "handson.network": "What would a target network add?",
  "handson.networkAbout":
    "The plain method learns as well as the other here. Look at mean Q, though: no state is worth more than 100, and without a target network it rises beyond; with a copy every 500 updates it stays below.",
  "handson.none": "none",
  "handson.copied": "every 500 updates",
  "handson.width": "How small may it be?",
  "handson.widthAbout": "16 units, 64 or 256: with few there is little to tell states apart by.",
  "handson.units": "{value} units",
  "handson.factor": "How fast should chance step back?",
  "handson.factorAbout":
    "0.995 is down to a half after 138 episodes. 0.95 gets there in 14 and lives from what little it has seen; 0.999 in 693.",
  "handson.option": "{value}",
  "handson.mask": '"Not done" is the complement of a byte',
  "handson.maskAbout":
    "The flag `d` is kept in a byte, and `~d` turns 0 into 255 and 1 into 254 where 1 and 0 are meant. Targets are 255 times the next value, and those of ends hardly less. They explode by powers of ten within a few hundred steps, and values are torn to and fro behind them.",
  "handson.time": "The time limit does not end an episode",
  "handson.timeAbout":
    "Only a fall ends an episode. That goes well as long as the agent is bad; one that has learned to stand never ends its episode. No episode is counted any more, epsilon stops falling, and the curve breaks off, as evaluations come every few episodes: the steps go on and on.",
} as const;
