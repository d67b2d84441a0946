/** The texts of the lessons in traditional Chinese; see `en.ts`. @module */
import type { Texts } from "../../page/texts.ts";
import type { LessonKey } from "../texts.ts";

/** By the keys of the English ones. */
export const texts: Texts<LessonKey> = {
  "lessons.title": "課程",
  "lessons.tagline": "六個教深度 Q 學習的系統：各在教什麼，以及它們的錯誤會對學習造成什麼影響。",
  "lessons.page": "自由訓練",
  "lesson.goal": "要學什麼",
  "lesson.idea": "想法",
  "lesson.parameters": "參數",
  "lesson.questions": "動手試試",
  "lesson.faults": "原始程式的錯誤",
  "lesson.faultsAbout": "原始程式做錯的地方。打開開關，這裡也照樣做錯，看看學習會變成什麼樣子。",
  "lesson.told": "另外一些沒有開關可以示範：",
  "lesson.toldOnly": "這些沒有開關可以示範：",
  "lesson.trained": "訓練對象",
  "lesson.laboratory": "這一課的訓練",
  "option.right": "正確的做法",
  "option.wrong": "照原始程式",
  "compare.start": "並排執行",
  "compare.draw": "並排畫出",
  "compare.stop": "停止",
  "compare.empty": "第一批數值馬上就來……",
  "compare.evaluation": "貪婪回合的回報（橫軸：步數）",
  "compare.winRate": "獲勝的比例（橫軸：步數）",
  "compare.meanQ": "學習樣本的平均 Q 值（橫軸：步數）",
  "compare.epsilon": "ε（橫軸：回合）",
  "key.environment.options.noise": "觀測中的雜訊",
  "key.environment.maxEpisodeSteps": "每回合的步數上限",
  "key.environment.wrappers": "狀態如何切成格子",
  "key.agent.hidden": "隱藏層的單元數",
  "key.agent.gamma": "晚一步得到的獎勵值多少",
  "key.agent.loss": "誤差的代價",
  "key.agent.optimizer": "網路如何沿梯度前進",
  "key.agent.clip": "梯度的上限",
  "key.agent.target": "目標網路如何跟上",
  "key.agent.exploration": "ε，隨機動作的機率",
  "key.agent.replay": "回放記憶與批次",
  "key.agent.train": "何時學習",
  "key.agent.learningRate": "α，誤差修正的比例",
  "key.agent.initial": "表格的初始值",
  "key.budget.episodes": "回合數",

  "gridworld.title": "棋盤上的一條路",
  "gridworld.goal":
    "玩家在 4 乘 4 的棋盤上走。到達目標得 10，掉進坑裡扣 10，兩者都結束一局；每走一步扣 1，撞牆或走出棋盤等於白走一步。15 步之內到達目標就算贏。網路看到的是棋盤的四個平面，分別在玩家、目標、坑和牆所在的格子寫上 1。",
  "gridworld.idea":
    "`Q(s, a)` 要說的是：在狀態 `s` 做動作 `a` 值多少，也就是它帶來的獎勵，加上之後最佳走法的所有獎勵，每晚一步就按係數 `γ` 打一點折扣。如果 Q 是對的，走一步不會改變什麼：走之前的期望，等於這一步得到的，加上現在還可以期望的。兩邊不相等的地方，就是可以學的地方。因此每走過一步 `(s, a, r, s')`，就把網路拉向目標",
  "gridworld.loss": "其中 `d` 在遊戲結束時是 1，因為之後什麼都沒有了。損失是一批步數裡，還差多少的平方平均：",
  "gridworld.memory":
    "有兩件事讓它不會追著自己的尾巴跑。走過的步存在*回放記憶*裡，從中隨機抽出批次，更新就不會只看最後幾步。而目標來自*目標網路* `θ⁻`：網路的一份副本，每 500 次更新才換新一次。",
  "gridworld.boards": "棋子會動的時候，難多少？",
  "gridworld.boardsAbout":
    "在 `static` 只有一個棋盤要認得，在 `player` 有 13 個。四個棋子都隨意擺放時有好幾萬個：沒有哪條路可以背下來，必須真的會看棋盤。看看第三種要多花多少時間。",
  "gridworld.static": "都不動",
  "gridworld.player": "玩家",
  "gridworld.random": "四個都動",
  "gridworld.target": "目標網路的代價是什麼？",
  "gridworld.targetAbout":
    "在這個棋盤上，代價是時間。目標只知道上一份副本所知道的，所以目標格的價值每複製一次才往回傳一步左右。沒有目標網路，每次更新都往回傳，三分之一的局數就能贏。至於這樣可能出什麼錯，在數值較大的地方就看得到：到 D 課打開「共用網路」的開關。",
  "gridworld.copied": "每 500 次更新",
  "gridworld.none": "沒有",
  "gridworld.replay": "回放記憶有什麼用？",
  "gridworld.replayAbout":
    "每次更新從最近 1,000 步抽 200 步來學；或者只學最後一步，然後忘掉。後者也學得會，但大約要多一半的局數，損失和數值也從不安定下來。",
  "gridworld.remembers": "1,000 步中的 200 步",
  "gridworld.forgets": "只有最後一步",
  "gridworld.network": "網路大一點比較好嗎？",
  "gridworld.networkAbout":
    "原始程式所依據的書用 150 和 100 個單元，而不是 128 和 64。獲勝的局數沒有差別；每次更新花的時間比較久。",
  "gridworld.units": "第一層 {value} 個單元",
  "gridworld.noise": "觀測裡為什麼要有雜訊？",
  "gridworld.noiseAbout":
    "64 個數字大部分是 0，而 0 後面的權重永遠不會改變。雜訊讓它們都稍微活著，也沒有兩次看到的棋盤完全相同。比較看看：棋盤若從不改變，沒有雜訊也行。",
  "gridworld.noisy": "雜訊最多 0.1",
  "gridworld.clean": "沒有",
  "gridworld.early": "損失不再下降就停止訓練",
  "gridworld.earlyAbout":
    "提早停止看的是損失，容忍 5 次。在監督式學習裡，損失不再下降表示沒有什麼可學了。在這裡它只是目標周圍的雜訊，而目標會隨著代理人學習而上升：第一次更新之後大約 20 次，訓練就結束了。我們的預設看的是獲勝的比例。",
  "gridworld.unlogged": "提早停止看的是沒有人量的東西",
  "gridworld.unloggedAbout":
    "另一個版本看的指標從來沒有記錄過，所以訓練永遠不停，或在第一個 epoch 之後失敗。在這裡，設定在開始執行之前就被拒絕，並列出有哪些指標。",
  "gridworld.labels": "其中一個版本用交叉熵訓練一個標籤隨機的分類器：獎勵從未傳到那裡，什麼也學不到。",
  "gridworld.loader": "另一個版本沒有 data loader：它的 trainer 沒有東西可以訓練。",

  "episodes.title": "記憶的 epoch",
  "episodes.goal":
    "一根桿子立在車上，每一步把車往左或往右推。桿子每多立一步得 1；傾斜到 12 度或走到軌道盡頭，回合就結束，500 步時則被截斷。代理人看到四個數字：車和桿子在哪裡，以及動得多快。",
  "episodes.idea":
    "原始程式把 Q 學習放進為監督式學習設計的框架，而框架要的是資料集和 epoch。它的資料集就是回放記憶：先用 10,000 步隨機操作填入，之後每個 epoch 抽 10,000 個樣本，分成 40 個批次來學，再玩*一個*回合。ε 隨 epoch 下降，目標網路在第 0、10、20…… 個 epoch 之後換新：",
  "episodes.huber":
    "誤差 `e = y - Q(s, a)` 用 smooth L1 損失計算。它在 0 附近是二次式，超過 1 就是直線，少數差得很遠的目標就不會把網路扯壞：",
  "episodes.updates": "一個回合該學多少？",
  "episodes.updatesAbout":
    "不論回合多長，之後都更新 40 次。少一點，看過的就浪費了；多一點，網路會把記憶裡的東西背起來，對狀態的評價也會在兩次複製目標網路之間漂走。",
  "episodes.updatesOption": "{value} 次更新",
  "episodes.prefill": "需要這麼多隨機操作嗎？",
  "episodes.prefillAbout":
    "10,000 步隨機操作大約是桿子倒下 450 次。只用 1,000 步，開始時對環境知道得較少，但記憶也較快裝進比較好的操作。",
  "episodes.steps": "{value} 步",
  "episodes.loss": "平方還是平滑？",
  "episodes.lossAbout":
    "這裡的數值會長到 100 左右，誤差也跟著長。平方損失對大的誤差跨出大步；平滑的損失對超過 1 的誤差都跨一樣的步。",
  "episodes.smooth": "smooth L1",
  "episodes.squared": "平方",
  "episodes.oldest": "資料集永遠讀同樣的舊資料",
  "episodes.oldestAbout":
    "原始程式的資料集總是依序讀最舊的 10,000 筆：也就是一開始的隨機操作。代理人後來玩的都存了起來，卻從來沒有學過。這裡以它的效果來示範：代理人永遠隨機操作，批次裡就不會有別的東西。一開始影響不大，因為隨機操作很清楚桿子怎麼倒。後來就沒有新東西了，長時間平衡的數值沒有人看過，於是漂走。",
  "episodes.limit": "時間到被當成任務結束",
  "episodes.limitAbout":
    "回合是真的結束，還是只在 500 步被截斷，在原始程式裡是同一個旗標。立著的桿子就跟倒下的一樣評價：時限之後什麼都不期望。在這個系統裡看不出來：只要 15% 的推力還是隨機的，訓練中幾乎沒有回合走得到那裡，好幾百個回合裡，兩條曲線連一個位元都不差。",
  "episodes.wrapper": "回合的回報是從一個 wrapper 讀出來的，而這個 wrapper 從來沒有套在環境上。",

  "tutorial.title": "框架的官方教學",
  "tutorial.goal":
    "同樣是車上的桿子，用的是這類程式中最有名的一個：兩層各 128 個單元，每一步更新一次，600 個回合。目標是 500 步中平均達到 475。",
  "tutorial.idea": "有兩件事和前面的課不同。探索隨步數下降，而且很快：3,000 步之後只剩 9%。",
  "tutorial.soft": "目標網路也不是偶爾複製一次：每次更新它都往網路靠近一點，因此大約落後 200 次更新。",
  "tutorial.optimizer":
    "帶 AMSGrad 的 AdamW，每一步都除以到目前為止*最大*的梯度平方移動平均，步伐的尺度因此不會再變大。梯度的每一項截在 100，這是一張幾乎用不到的安全網。",
  "tutorial.double":
    "`max` 從一堆都有點錯的數值裡取最大的，也就取到了太大的。*double* Q 學習讓網路選動作，由目標網路說它值多少：",
  "tutorial.luck": "運氣占多少？",
  "tutorial.luckAbout":
    "四次執行只有種子不同。用公布的數值，20 個種子中有 14 個達到 475；其餘的停在 171 到 285 之間。若用各一次執行來比較兩種設定，比的其實是種子。",
  "tutorial.seed": "種子 {value}",
  "tutorial.mend": "怎麼改善？",
  "tutorial.mendAbout":
    "double 目標，加上 5e-4 而不是 1e-4 的學習率：這樣 20 個種子全部達到 475。學習率用 1e-3 更快，但只有 18 個。",
  "tutorial.published": "照公布的數值",
  "tutorial.doubled": "double，5e-4",
  "tutorial.sync": "軟更新還是硬更新？",
  "tutorial.syncAbout":
    "目標網路每次更新靠近千分之五，或每 200 次更新複製一次：兩者落後的程度差不多。看看兩條曲線的差別有沒有大過種子之間的差別。",
  "tutorial.softly": "軟",
  "tutorial.hard": "每 200 次複製",
  "tutorial.loop": "原始程式在訓練迴圈之前就中斷了：600 個回合來自它所依據的教學。",

  "phases.title": "先訓練，再測試",
  "phases.goal":
    "最多 200 步的桿子（`CartPole-v0`），訓練 200 個回合。接著是 10 個測試回合，這時不再學習，也不留給機率。",
  "phases.idea":
    "訓練時代理人會探索，得到的回報與其說是它懂多少，不如說是它的運氣：ε 在 1,000 步內降到 5%，但就算只有 5%，200 步裡還是有十次是隨便推的。測試是*貪婪*的：永遠選 Q 最大的動作。畫面下方的按鈕可以看同一個代理人的兩種樣子。曲線有原始的和平滑過的，每個平滑值由一成的新值和九成的過去組成：",
  "phases.clamp":
    "梯度截在 ±1；目標網路每 10 個回合複製一次，一開始是 90 次更新，後來回合變長，就是 2,000 次。",
  "phases.sync": "目標網路該多久跟上一次？",
  "phases.syncAbout": "以回合計算，節奏就不一致：回合短，複製得勤。試試兩個回合和五十個回合。",
  "phases.everyOption": "每 {value} 回合",
  "phases.rate": "學習率要不要下降？",
  "phases.rateAbout":
    "公布的 1e-3 學得一樣快，但安定不下來：最後幾次評估可能遠低於最好的時候。預設讓學習率降到十分之一。",
  "phases.falls": "降到 1e-4",
  "phases.constant": "維持 1e-3",
  "phases.sampling": "一步一步抽，還是連續一段？",
  "phases.samplingAbout":
    "原始程式也可以抽連續的 64 步當一個批次。這些步彼此很像，一次更新就只遷就了某個回合的某一段。",
  "phases.single": "一步一步抽",
  "phases.run": "連續 64 步",
  "phases.shared": "策略與目標共用一個網路",
  "phases.sharedAbout":
    "兩個名字，一個物件：等於沒有目標網路。每次更新都會移動自己的目標；數值跑到幾十萬（看平均 Q 值），操作一下崩潰、一下恢復。立著的桿子真正的價值不會超過 100。",
  "phases.broadcast": "一行減去一列",
  "phases.broadcastAbout":
    "形狀 (64, 1) 的數值減去形狀 (64) 的目標，得到 64 乘 64 的矩陣：每個狀態都被拉向*所有*狀態的目標。最好的答案就是它們的平均，到處都一樣；而一個對什麼都評價相同的網路，什麼也選不出來。損失看起來卻一直很好。",
  "phases.limit": "200 步到了被當成任務結束",
  "phases.limitAbout":
    "和 B 課一樣，還立著的桿子被存成倒下的。在這裡，代理人一旦變好，就一直碰到 200 步的時限。它還是學會了站穩：所有狀態都值得少一點，但真正重要的，也就是兩個動作哪個比較好，幾乎沒有改變。",
  "phases.seed": "種子 0 被當成沒有種子，所以預設的執行無法重現。",
  "phases.plot": "測試階段什麼都不回傳，畫它的獎勵圖就失敗了。",

  "tables.title": "從表格到網路",
  "tables.goal":
    "四個任務，依原始程式的順序：走出六個房間的屋子；用網路立桿子；再用表格立桿子、讓車開出山谷，這時狀態切成了格子。在屋子裡，每個動作是要進入的房間，只有門可以走，走到外面值 100。",
  "tables.idea":
    "狀態不多的時候，Q 就是一張表：每個狀態和動作有一格。每走一步，就把所做的那一格按誤差的 `α` 比例修正：",
  "tables.rooms":
    "從最後一扇門往回看：100，然後 `γ` 乘 100，然後 `γ²` 乘 100。幾個回合之後，每一格都說得出離出口多遠，最好的路就是一直選最大的。",
  "tables.bins":
    "狀態若由實數組成，表格就需要格子：車的位置和速度切成 40 乘 40 格，同一格裡的狀態都算同一個。把最佳動作畫在位置和速度的平面上，就是這個任務的*相圖*：對車來說，就是往它正在動的方向推。",
  "tables.network":
    "格子數會隨每個數字相乘：四個數字各切 40 份就是 256 萬格。網路直接拿數字來用，從相似的狀態學到它沒看過的狀態。代價就是其他幾課所談的一切。",
  "tables.alpha": "誤差要修正多少？",
  "tables.alphaAbout":
    "屋子裡沒有偶然，誤差可以一次修正完。只修正一成，就要經過更多次才會正確。兩種都找得到出口：各格的大小順序，早在數值正確之前就對了。",
  "tables.alphaOption": "α = {value}",
  "tables.cells": "格子要切多細？",
  "tables.cellsAbout":
    "粗的格子很快就填滿，卻把需要不同動作的狀態放在一起：8 乘 8 時，盪得稍微高一點仍落在原來的格子，車就永遠出不去。20 乘 20 學得和 40 乘 40 一樣好，而後者要走遍四倍的格子。",
  "tables.cellsOption": "{value} 乘 {value}",
  "tables.random": "不學習能得多少？",
  "tables.randomAbout": "隨機動作的代理人和其他的有同樣的介面，是它們必須贏過的對手。",
  "tables.learns": "DQN",
  "tables.acts": "隨機",
  "tables.capacity": "回放記憶大一點有幫助嗎？",
  "tables.capacityAbout":
    "在這裡沒有：五個種子裡，四種大小都解得出來，小的還比較早（中位數：容量 100 是 8,451 步，10,000 是 17,535 步）。較差的策略留下的舊資料不值什麼。",
  "tables.period": "目標網路該多久跟上一次？",
  "tables.periodAbout":
    "不是每次更新，也不是幾乎不更新：五個種子裡，週期 8、32、128 全部解出，1 和 512 只有三個。",
  "tables.rate": "步伐可以多大？",
  "tables.rateAbout":
    "五個種子裡，0.1 最快，0.0001 一個都解不出：400 個一直很短的回合，加起來沒有多少次更新。",
  "tables.grid": "記憶大小和週期互相影響嗎？",
  "tables.gridAbout":
    "會：記憶只有 100 步時，週期 128 慢得多；10,000 步時，慢的是週期 8。命令列的實驗 `td-cartpole-grid` 有全部九種組合。",
  "tables.asIs": "10,000，32",
  "tables.small8": "100，8",
  "tables.small128": "100，128",
  "tables.large8": "10,000，8",
  "tables.large128": "10,000，128",
  "tables.decay": "隨機該多快退場？",
  "tables.decayAbout":
    "ε 以指數從 0.9 降向 0.05，係數說的是多少回合之後降了三分之二。係數 1 在 5 個回合後就結束；2,000 和 10,000 到了 1,000 回合還在探索。",
  "tables.option": "{value}",
  "tables.door": "下一個房間不管選了什麼",
  "tables.doorAbout":
    "原始程式隨便走一扇門，卻付給所選那扇門的獎勵。數值升到遠超過 100，可是屋子裡沒有什麼比 100 更值錢：能一再要求出去卻又沒有離開的人，每次都拿到 100。",
  "tables.epsilon": "ε 從不下降",
  "tables.epsilonAbout":
    "訓練迴圈從來沒有把它變小：到最後十步裡仍有九步是隨機的。學的大多是倒下的桿子；有些貪婪評估很好，有些不好，而訓練時的回報什麼也看不出來。",
  "tables.first": "最初的參數，會失敗",
  "tables.firstAbout":
    "批次 12、ε 從 0.1 開始、學習率 2：Adam 的一步大約和學習率一樣長，權重每次跳 2，就每次把一切忘光。原始程式把它留作第一次嘗試，實驗 `td-first-try` 也是。",
  "tables.target": "目標網路一開始是另一個隨機網路，而不是副本：在第一次複製之前，目標只是它自己的雜訊。",
  "tables.shown": "展示的回合不理會時間限制，不會結束。",

  "handson.title": "能學會的最少要素",
  "handson.goal":
    "再一次是 500 步的桿子，用最少的東西：一個 64 個單元的隱藏層，沒有目標網路，1,000 個回合；然後展示訓練好的代理人。",
  "handson.idea": "目標由網路自己給。算梯度的時候把目標固定住：這只是誤差其中一邊的梯度，稱為*半梯度*。",
  "handson.epsilon": "ε 從 1 開始，每個回合乘以 0.995，直到 0.05：",
  "handson.end":
    "`1 - d` 在公式裡是小事，在程式裡是大事。它說結束之後什麼都不能期望，而代理人只能從這裡學到倒下是壞事：因為不管做什麼，每一步都得 1。",
  "handson.ends": "忘了結束會怎樣？",
  "handson.endsAbout":
    "沒有 `1 - d`，每個狀態最後都值 1/(1 - γ) = 100，倒下的桿子也是。數值一直上升、全都一樣，代理人永遠學不會站穩。",
  "handson.counts": "結束算數",
  "handson.forgotten": "忘了結束",
  "handson.network": "目標網路會帶來什麼？",
  "handson.networkAbout":
    "在這裡，樸素的方法學得一樣好。不過看看平均 Q 值：沒有狀態值超過 100，沒有目標網路時它卻升到 100 以上；每 500 次更新複製一次，就留在下面。",
  "handson.none": "沒有",
  "handson.copied": "每 500 次更新",
  "handson.width": "可以多小？",
  "handson.widthAbout": "16、64 或 256 個單元：單元太少，就難以分辨狀態。",
  "handson.units": "{value} 個單元",
  "handson.factor": "隨機該多快退場？",
  "handson.factorAbout":
    "0.995 在 138 個回合後降到一半。0.95 只要 14 個回合，之後只能靠看過的一點點；0.999 要 693 個。",
  "handson.option": "{value}",
  "handson.mask": "「未結束」是一個位元組的補數",
  "handson.maskAbout":
    "旗標 `d` 存在一個位元組裡，`~d` 把 0 變成 255、1 變成 254，本意卻是 1 和 0。目標成了下一個數值的 255 倍，結束時也少不了多少。幾百步之內，目標就以十的次方爆炸，數值跟在後面被扯來扯去。",
  "handson.time": "時間到不會結束回合",
  "handson.timeAbout":
    "只有倒下才結束回合。代理人還差的時候沒有問題；學會站穩之後，回合就永遠不結束了。回合數不再增加，ε 不再下降，曲線也斷了，因為每隔幾個回合才評估一次：步數卻一直走下去。",
};
