import { assert, assertEquals, assertGreater } from "@std/assert";
import { root } from "./pages.ts";
import { anywhere, deno } from "./programs.ts";

/**
 * What the package shows of itself: a name in here is one that others may build on, and one that is gone breaks them. Of each
 * module of `exports` in deno.json the types and classes in their order, then the functions and values.
 */
const names: Readonly<Record<string, string>> = {
  ".": `
    Agent
    Callback
    DeviceEnvironmentSpec DeviceError Discretize DivergenceError
    EarlyStopping Environment
    Observation OneHot
    ProgressBar
    Random ResetOptions ResetResult Run RunConfigInput
    SaveCheckpoints State StateFolder StepResult
    TensorBoard TrainEvent TrainingError TrainingRun TransformObservation TransformReward
    UsageError
    Wrapper WriteError
    animateEpisode assertEnvironment
    box
    createPopulation createRun
    discrete
    latestState loadCheckpoint
    makeEnv
    playEpisode
    randomFor registerDeviceEnvironment registerEnvironment
    saveCheckpoint
  `,
  "./envs": `
    Acrobot
    Box
    CartPole CheckOptions CliffWalking
    DeviceEnvironmentOptions DeviceEnvironmentSpec Discrete Discretize DiscretizeConfig
    DiscretizeOptions
    Environment EnvironmentOptions EnvironmentSpec Episode EpisodeStatistics EpisodeSummary
    FrameStackObservation FrameStackObservationConfig FrameStackOptions FrozenLake FrozenLakeOptions
    GrayscaleObservation GrayscaleObservationConfig GridAxis Gridworld GridworldMode GridworldOptions Gymnasium GymnasiumOptions
    Info
    LegalActions
    MaskActions MinAtar MinAtarOptions MountainCar
    Observation ObservationTransform OneHot OneHotConfig Outcome
    Plane PlaneAxis PlaneSize Problem
    Random ResetOptions ResetResult ResizeObservation ResizeObservationConfig ResizeOptions Rooms RoomsOptions
    ScaleObservationConfig ScaleRewardConfig Space State StateArray StateArrays StateGrid StateReader
    StateRows StepResult Stream Surface
    TabularEnvironment TabularTask Taxi TimeLimit TransformObservation TransformReward
    VectorEnvironment VectorReset VectorResume VectorStep
    Wrapper WrapperConfig WrapperState
    addSaving assertEnvironment
    binaryBox box
    checkAction checkEnvironment contains
    deviceEnvironmentIds deviceEnvironmentSpec discrete
    environmentIds environmentSpec
    makeEnv
    planeGrid
    randomFor registerDeviceEnvironment registerEnvironment
    sample sizeOf
    widestOnDevice wrapEnvironment
  `,
  "./gpu": `
    Binding
    DType DeviceChoice DeviceKind Dispatch
    Fields
    Gpu GpuOptions
    HostArray HostArrays
    Kernel KernelInterface KernelProfile KernelProfileName KernelSpec KernelTime
    Profiler Program
    Readback ReadbackHost Recorder
    ShaderFile Size Sizes
    Tensor TensorHost TensorOptions TensorRange
    Window
    kernelProfiles
  `,
  "./learner": `
    ActingLayer ActingNoise Activations Actor ActorOptions ActorSource Agent AgentReport AgentState
    BackwardArguments Batch Block BlockSpec
    CategoricalOptions ClipArguments Clock ConstantSchedule ConvOptions Counts
    DenseOptions DqnAgent DqnMember Drawing
    Elementwise EpisodeMoment ExponentialSchedule
    ForwardArguments
    Gradients GreedyPolicy
    Head HeadKind HiddenConvOptions HiddenOptions HyperParameters
    ImplicitHeadOptions ImplicitOptions Initialization
    Kind KindOptions
    Layer LayerKind LayerSpec Learner LearnerOptions LinearSchedule LossArguments LossKind
    Masks MatricesSize Members Model Moments MomentsOfNumber MomentsOptions MomentsSizes MultiplicativeSchedule
    MunchausenOptions
    Network NetworkLayout NetworkPass Noise NoisyWeights Normalization NormalizationOptions
    OptimizerArguments OptimizerForm OptimizerKind Padding
    Pass PlacedLayer PolicyOptions Priorities PrioritiesArguments
    QuantileOptions
    RandomAgent RandomAgentOptions Replay ReturnsOutside RolloutArguments RowRule
    SampleArguments Samples Sampling Schedule ScheduleUnit SeenMoments Shape StepAgent SyncArguments SyncUnit
    TabularAgent TabularOptions TransitionLayout Transitions
    assertLearnerFits
    backward
    categoricalHead choiceModules clipGradientNorm clockGoals clockRange clockStep conv createActivations
    createBatch createBlockTable createGradients createMatrices createMembers createMoments createNetwork createNoise
    decodeClock decodeClocks dense dispatchElementwise drawNoise duelingHead
    forward
    headKinds hidden hiddenConv hiddenStreams
    implicitHead implicitQuantiles initializeParameters isNoisy
    lambdaOutcomes lambdaReturns layerKinds layerNormalization layoutModule learnRows
    memberModule memberWords metricsRing momentsCut momentsObserve
    networkLayout noiseGradient noisyValueHead noisyWeights normPartials normalizeInput
    optimizerSlots optimizerStep
    packBits packMatrix padded parameterCount perceptron plainHyperParameters prioritiesDraw prioritiesUpdate
    quantileHead
    randomModule registerHead registerLayer replayCut replaySample replayWrite
    scaledSchedule scheduleValue seenModules
    targetSync targetSynced tdValue transitionLayout
    unpackBits unpackMatrix
    valueHead
    widthsText writeClock writeHyper
  `,
  "./report": `
    AnimationOptions
    BootstrapOptions
    Frames
    Pixels
    RasterOptions Rasterizer
    SvgSurface
    TerminalPictureOptions
    bootstrapInterval
    encodeApng encodeGif exponentialMean
    interquartileMean
    loadRasterizer
    mean movingMean
    quantile
    svgToPng
    terminalLines terminalPicture
  `,
  "./train": `
    ActingNetwork AdamConfig AgentConfig AnimateOptions AnimationFormat
    Budget
    Callback Checkpoint CheckpointsConfig ClipConfig Collector CollectorReport CsvLog CsvLogOptions
    DeepConfig DeepPartial DeviceCollector DeviceCollectorOptions DeviceEnvironment DeviceEnvironmentUse
    DeviceError DeviceEvaluator DeviceEvaluatorOptions DivergenceConfig DivergenceError DqnConfig
    DrawOptions Due
    EarlyStopping EarlyStoppingConfig EarlyStoppingOptions EndEvent EnvironmentConfig EnvironmentSpaces
    EpisodeEvent EvaluateEvery EvaluateEveryOptions Evaluation EvaluationConfig EvaluationEvent
    EvaluationOptions Evaluator
    FileEntry FillEvent FinalPicture
    HeadConfig HeldOutOptions HostCollector HostCollectorOptions
    Interval
    Json JsonLines JsonLinesOptions
    KeptRows KeptState
    LatestState LayerConfig LiveChart LiveChartOptions LiveDisplay LogConfig LossConfig
    Measure MeasureOptions MemberOptions MetricsEvent MonitorMode MunchausenConfig
    NormalizationConfig NormalizeObservationConfig NormalizeRewardConfig
    OptimizerConfig
    Phase PlayOptions PlayedEpisode PlayedFrame Population PopulationOptions PqnConfig PrintConfig PrintLines
    PrintLinesOptions PrioritizedConfig Progress ProgressBar ProgressBarOptions ProgressEvent ProgressStream
    RadamConfig RandomConfig ReplayConfig ReturnsOutsideOptions RmspropConfig Rollout RolloutOptions Run RunConfig RunConfigInput
    RunEvaluationOptions RunOptions RunParameters RunTrainOptions RunWatchers
    SaveCheckpoints SaveCheckpointsOptions ScheduleConfig SgdConfig StartEvent StateFolder StateInterval
    StateKeeper StatesConfig StepConfig StepRule StopAtThreshold StopEvent
    TabularConfig TargetConfig TensorBoard TensorBoardOptions TrainConfig TrainEvent TrainOptions
    TrainRule TrainingError TrainingRun
    UpdateLog UpdateLogOptions UsageError
    ValidationConfig ValidationLoss ValidationLossOptions
    WarnReturnsOutside WriteError
    animate animateEpisode
    collectTransitions createPopulation createRun
    drawState
    evaluate
    hostEvaluator
    isDue
    latestState loadCheckpoint
    nextDue
    parseConfig playEpisode prepareDeviceEnvironment
    recordedSteps
    saveCheckpoint
    train trainTogether
  `,
};

/** What a module fetches from npm before anything runs. Charts, which need a large library, are in none of them. */
const base = ["fastest-levenshtein"];
const pictures = ["@resvg/resvg-wasm", "dejavu-fonts-ttf", "omggif"];
const configs = ["jsonc-parser", "zod"];
const packages: Readonly<Record<string, readonly string[]>> = {
  ".": [...base, ...pictures, ...configs, "cli-progress", "pbf"],
  "./envs": base,
  "./gpu": base,
  "./learner": base,
  "./report": [...base, ...pictures],
  "./train": [...base, ...pictures, ...configs, "asciichart", "cli-progress", "pbf"],
};

const modules: Readonly<Record<string, string>> =
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", root))).exports;

// deno-lint-ignore no-explicit-any -- whatever Deno tells
async function told(...args: readonly string[]): Promise<any> {
  const { stdout, stderr, code } = await deno(args);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The names in a list of {@linkcode names}. */
function listed(module: string): string[] {
  return names[module]!.trim().split(/\s+/);
}

/** The program in a module's docstring, as one that stands anywhere. */
function example(path: string): string {
  const text = Deno.readTextFileSync(new URL(path, root));
  const [, block] = text.match(/^\/\*\*.*?^ \* ```ts\n(.*?)^ \* ```$/ms)!;
  return anywhere(block!.replaceAll(/^ \* ?/gm, ""));
}

Deno.test("the package exports the root's module and those of folders, each by the name of its folder", () => {
  const folders = [...Deno.readDirSync(new URL("src", root))].map(({ name }) => name).filter((name) => {
    try {
      return Deno.statSync(new URL(`src/${name}/mod.ts`, root)).isFile;
    } catch {
      return false;
    }
  });
  const wanted = folders.map((name) => [`./${name}`, `./src/${name}/mod.ts`]);
  assertEquals(modules, { ".": "./mod.ts", ...Object.fromEntries(wanted) });
  assertEquals(Object.keys(names).sort(), Object.keys(modules).sort());
});

for (const [module, path] of Object.entries(modules)) {
  Deno.test(`${path} exports the names that are listed here, and no other`, async () => {
    const { nodes } = await told("doc", "--json", path);
    const [{ symbols }] = Object.values(nodes) as [{ symbols: readonly { name: string }[] }];
    assertEquals([...new Set(symbols.map(({ name }) => name))].sort(), listed(module));
  });

  Deno.test(`${path} needs the packages that are listed here, and no other`, async () => {
    const { modules } = await told("info", "--json", path) as { modules: readonly { specifier: string }[] };
    assertGreater(modules.length, 10);
    const found = modules.flatMap(({ specifier }) =>
      specifier.match(/^npm:\/((?:@[\w-]+\/)?[\w-]+)/)?.[1] ?? []
    );
    assertEquals([...new Set(found)].sort(), packages[module]!.toSorted());
  });

  Deno.test(`${path} has an example that runs, and prints what it says`, async () => {
    const { stdout, stderr, code } = await deno(["run", "-A"], [example(path)]);
    assertEquals(code, 0, stderr);
    const printed = stdout.split("\n");
    for (const [, wanted] of example(path).matchAll(/^console\.log\(.*\); \/\/ = (.*)$/gm)) {
      assert(printed.includes(wanted!), `${path} prints ${stdout}`);
    }
  });
}

Deno.test("the examples, and all that they import, type-check by Deno's own settings", async () => {
  const { stderr, code } = await deno(["check"], Object.values(modules).map(example));
  assertEquals(code, 0, stderr);
});

Deno.test("every name of the root is one of a folder's module, and none is in two of these", () => {
  const homes = Object.keys(names).filter((module) => module !== ".").flatMap(listed);
  assertEquals(homes.filter((name, i) => homes.indexOf(name) !== i), []);
  assertEquals(listed(".").filter((name) => !homes.includes(name)), []);
});

Deno.test("the package can be published, with its shaders and without its tests", async () => {
  const { stderr, code } = await deno(["publish", "--dry-run", "--allow-dirty", "--no-check"]);
  assertEquals(code, 0, stderr);
  const files = [...stderr.matchAll(/^ +file:\S*?((?:src|shaders|tests)\/\S+) /gm)].map(([, path]) => path!);
  assert(files.includes("shaders/random.wgsl"), stderr);
  assertEquals(files.filter((path) => /^(tests|src\/std)\//.test(path)), []);
});

Deno.test("everything that is exported is documented, with every type that it shows", async () => {
  const { stderr, code } = await deno(["doc", "--lint", ...Object.values(modules)]);
  assertEquals(code, 0, stderr);
});
