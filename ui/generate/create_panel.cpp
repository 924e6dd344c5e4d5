#include "ui/generate/create_panel.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "core/prompt/prompt_tags.h"
#include "core/request/model_names.h"
#include "ui/additions/additions_section.h"
#include "ui/generate/choice_field.h"
#include "ui/generate/choice_names.h"
#include "ui/generate/class_picker.h"
#include "ui/generate/cost_view.h"
#include "ui/generate/prompt_section.h"
#include "ui/generate/sampling_section.h"
#include "ui/generate/second_shape.h"
#include "ui/generate/trajectory_section.h"
#include "ui/settings/studio_state.h"
#include "ui/source/second_pass_section.h"
#include "ui/source/source_section.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/folding_section.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// Files may have changed between two sessions: what they hold is looked at again.
GenerationRequest withoutHashes(GenerationRequest request) {
  for (ControlChoice& control : request.controls) {
    control.picture.sha256.clear();
    control.model.files.clear();
    if (control.annotator) control.annotator->files.clear();
  }
  for (LoraChoice& lora : request.loras) lora.model.files.clear();
  if (request.vae) request.vae->files.clear();
  if (request.source) {
    request.source->picture.sha256.clear();
    if (request.source->mask) request.source->mask->sha256.clear();
  }
  for (EmbeddingChoice& embedding : request.embeddings) embedding.model.files.clear();
  return request;
}

}  // namespace

CreatePanel::CreatePanel(QWidget* parent)
    : QWidget(parent),
      prompt_(new PromptSection),
      class_(new ClassPicker),
      trajectory_(new TrajectorySection),
      sampling_(new SamplingSection),
      source_(new SourceSection),
      second_(new SecondPassSection),
      sourceFold_(new FoldingSection(tr("Picture to start from"), source_)),
      secondFold_(new FoldingSection(tr("Second pass"), second_)),
      additions_(new AdditionsSection),
      words_(remark()),
      problem_(remark()),
      actions_(new QHBoxLayout),
      generate_(new QPushButton(tr("Generate"))) {
  generate_->setObjectName(QStringLiteral("primary"));
  generate_->setAccessibleName(tr("Generate"));
  problem_->setObjectName(QStringLiteral("problem"));
  words_->setAccessibleName(tr("Embeddings"));
  words_->setTextFormat(Qt::RichText);
  words_->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
  buildLayout();
  connectControls();
  connectSource();
  setFocusProxy(prompt_);
  showClasses(0, {});
  classCount_.reset();
  showWords();
  update();
}

void CreatePanel::buildLayout() {
  auto* content = new QWidget;
  content->setObjectName(QStringLiteral("panelContent"));
  auto* sections = new QVBoxLayout(content);
  sections->setContentsMargins(16, 16, 16, 16);
  sections->setSpacing(20);
  sections->addWidget(prompt_);
  sections->addWidget(words_);
  sections->addWidget(class_);
  sections->addWidget(trajectory_);
  sections->addWidget(sampling_);
  auto* folds = new QVBoxLayout;
  folds->setSpacing(12);
  for (QWidget* fold : QList<QWidget*>{sourceFold_, secondFold_, additions_}) folds->addWidget(fold);
  sections->addLayout(folds);
  sections->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("panelScroll"));
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(content);
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(16, 8, 16, 16);
  foot->setSpacing(8);
  foot->addWidget(problem_);
  actions_->setSpacing(8);
  actions_->addWidget(generate_, 2);
  foot->addLayout(actions_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(scroll, 1);
  layout->addLayout(foot);
  setObjectName(QStringLiteral("panel"));
  setAttribute(Qt::WA_StyledBackground);
}

void CreatePanel::connectControls() {
  connect(prompt_, &PromptSection::changed, this, &CreatePanel::update);
  connect(prompt_, &PromptSection::namesWanted, this, &CreatePanel::namesWanted);
  connect(class_, &ClassPicker::changed, this, &CreatePanel::update);
  connect(prompt_, &PromptSection::exampleTaken, this, [this](const QString& before) {
    Q_EMIT replaced(tr("The example took the prompt's place."), [this, before] { prompt_->setPrompt(before); });
  });
  connect(class_, &ClassPicker::exampleTaken, this, [this](const QString& before) {
    Q_EMIT replaced(tr("The example took the class's place."), [this, before] { class_->setText(before); });
  });
  connect(trajectory_, &TrajectorySection::changed, this, &CreatePanel::update);
  connect(sampling_, &SamplingSection::changed, this, &CreatePanel::update);
  connect(sampling_, &SamplingSection::shapeChanged, this, &CreatePanel::updateShape);
  connect(additions_, &AdditionsSection::changed, this, &CreatePanel::update);
  connect(words_, &QLabel::linkActivated, this, [this] {
    embeddings_.clear();
    showWords();
    update();
  });
  connect(generate_, &QPushButton::clicked, this, &CreatePanel::generateRequested);
}

void CreatePanel::connectSource() {
  connect(source_, &SourceSection::changed, this, &CreatePanel::update);
  connect(source_, &SourceSection::shapeChanged, this, &CreatePanel::updateShape);
  connect(source_, &SourceSection::sizeWanted, sampling_, &SamplingSection::takeSize);
  connect(second_, &SecondPassSection::changed, this, &CreatePanel::update);
}

void CreatePanel::setSourcePicture(const QString& path) {
  source_->setPicture(path);
  sourceFold_->setOpen(true);
}

void CreatePanel::setPair(const PairEntry& pair, Values values) {
  if (values == Values::TakeDefaults || last_.denoisers.empty()) {
    base_ = pair.defaults;
  } else {
    takeModels(pair.defaults);
  }
  last_ = {};
  scheduler_.reset();
  classCount_.reset();
  examples_ = pair.example_prompts;
  prompt_->setKnownWords(KnownWords::of(pair), QString::fromStdString(pair.title));
  (class_->isHidden() ? prompt_->setExamples(examples_) : class_->setExamples(examples_));
  if (values == Values::TakeDefaults) {
    sampling_->setDefaults(pair.defaults);
    trajectory_->setSplit(pair.defaults.split);
    if (pair.defaults.class_label) class_->setLabel(*pair.defaults.class_label);
    additions_->exchangeLoras(pairLoras_, pair.defaults.loras);
    additions_->setVae(pair.defaults.vae);
  } else if (!additions_->vae()) {
    additions_->setVae(pair.defaults.vae);
  }
  pairLoras_ = pair.defaults.loras;
  setNotes({});
  updateShape();
}

/// The settings of the last session go on with the models that its pair has now.
void CreatePanel::takeModels(const GenerationRequest& defaults) {
  base_.denoisers = defaults.denoisers;
  for (DenoiserChoice& denoiser : base_.denoisers) {
    if (const DenoiserChoice* before = find_denoiser(last_, denoiser.name)) denoiser.guidance = before->guidance;
  }
}

void CreatePanel::setLargeFacts(const ModelFacts& facts) {
  scheduler_ = facts.scheduler;
  sampling_->setLargeFacts(facts);
  if (const auto instead = sampling_->replaceLackingSampler(facts.scheduler)) {
    Q_EMIT noticed(tr("This model's own sampler (%1) is not available; %2 stands in for it.")
                       .arg(QString::fromStdString(facts.scheduler->class_name), shownName(*instead)));
  }
  showClasses(facts.class_count, facts.class_names);
  updateShape();
  Q_EMIT namesWanted();
}

/// The class stands where the prompt would, and takes its examples.
void CreatePanel::showClasses(int count, const ClassNames& names) {
  classCount_ = count;
  if (count > 0) class_->setClasses(count, names);
  prompt_->setVisible(count == 0);
  class_->setVisible(count > 0);
  prompt_->setExamples(count == 0 ? examples_ : std::vector<std::string>());
  class_->setExamples(count > 0 ? examples_ : std::vector<std::string>());
}

void CreatePanel::setPlan(const GenerationRequest& request, const RunPlan& plan, const QString& notes) {
  costs_.note(request, plan);
  showCosts(CreatePanel::request());
  setNotes(notes);
}

void CreatePanel::showCosts(const GenerationRequest& request) {
  const PlannedCost cost = costs_.of(request);
  std::optional<SecondShape> second = secondShape(request, scheduler_);
  if (second) second->measured = cost.second;
  trajectory_->setMeasured(cost.measured, second);
  trajectory_->setGuess(cost.guess);
  trajectory_->cost()->setMemory(cost.residency);
}

void CreatePanel::setTokenCounter(const TokenCounter& counter) {
  prompt_->setTokenCounter(counter);
}

void CreatePanel::setPromptNames(const PromptNames& names) {
  names_ = names;
  showWords();
}

void CreatePanel::setFoundEmbeddings(const QStringList& places) {
  found_.clear();
  for (const QString& place : places) {
    const std::filesystem::path file = place.toStdString();
    found_.push_back({{file.filename().string(), {}, {}, file}, file.stem().string()});
  }
  showWords();
  update();
}

/// Those found elsewhere that `embedding:NAME` means; what models or the user already call so goes before.
std::vector<EmbeddingChoice> CreatePanel::mentionedEmbeddings(const GenerationRequest& request) const {
  if (request.prompt_syntax != PromptSyntax::Weighted) return {};
  const std::string text = concat(request.prompt, '\n', request.negative_prompt.value_or(std::string()));
  std::vector<EmbeddingChoice> mentioned;
  for (const EmbeddingChoice& choice : found_) {
    const auto isSame = [&](const EmbeddingChoice& other) { return other.word == choice.word; };
    if (names_.embeddings.contains(QString::fromStdString(choice.word)) ||
        std::any_of(request.embeddings.begin(), request.embeddings.end(), isSame) ||
        std::any_of(mentioned.begin(), mentioned.end(), isSame)) {
      continue;
    }
    if (find_word(text, concat("embedding:", choice.word)) != std::string::npos) mentioned.push_back(choice);
  }
  return mentioned;
}

void CreatePanel::rememberPrompt() {
  if (!takesClass()) prompt_->remember();
}

void CreatePanel::setNotes(const QString& notes) {
  trajectory_->setNotes(notes);
}

const MeasuredSeconds& CreatePanel::measured() const {
  return trajectory_->measured();
}

MeasuredSeconds CreatePanel::secondMeasured() const {
  return trajectory_->secondMeasured();
}

PassCounts CreatePanel::secondCounts() const {
  return trajectory_->secondCounts();
}

GenerationRequest CreatePanel::request() const {
  GenerationRequest request = base_;
  fillText(request);
  request.split = trajectory_->split();
  sampling_->fill(request);
  request.source = source_->choice();
  request.second_pass = second_->choice();
  request.controls = additions_->controls();
  request.loras = additions_->loras();
  request.embeddings = embeddings_;
  for (EmbeddingChoice& choice : mentionedEmbeddings(request)) request.embeddings.push_back(std::move(choice));
  request.vae = additions_->vae();
  if (takesClass()) {
    request.embeddings.clear();
    request.clip_skip.reset();
  }
  return request;
}

void CreatePanel::fillText(GenerationRequest& request) const {
  if (takesClass()) {
    request.class_label = class_->label();
    request.prompt.clear();
    request.negative_prompt.reset();
    return;
  }
  if (classCount_) request.class_label.reset();
  request.prompt = prompt_->prompt();
  const auto negativePrompt = prompt_->negativePrompt();
  // A picture may have been made with an empty one, which an empty field cannot say: it is kept.
  if (negativePrompt || !request.negative_prompt || !request.negative_prompt->empty()) {
    request.negative_prompt = negativePrompt;
  }
  request.prompt_syntax = prompt_->syntax();
}

GenerationRequest CreatePanel::takeRequest() {
  sampling_->takeSeed();
  rememberPrompt();
  return request();
}

QString CreatePanel::subject() const {
  return takesClass() ? class_->shownClass() : QString::fromStdString(prompt_->prompt());
}

int CreatePanel::count() const {
  return sampling_->count();
}

int CreatePanel::smallCount() const {
  return trajectory_->smallCount();
}

int CreatePanel::evaluations() const {
  return trajectory_->shape().evaluations;
}

void CreatePanel::setBusy(bool busy) {
  generate_->setText(busy ? tr("Add to queue") : tr("Generate"));
  setAccent(generate_, !busy);
}

void CreatePanel::takeStop(QPushButton* stop) {
  actions_->addWidget(stop, 1);
}

void CreatePanel::setEngineProblem(const QString& sentence) {
  engineProblem_ = sentence;
  update();
}

void CreatePanel::setPairProblem(const QString& sentence) {
  if (sentence == pairProblem_) return;
  pairProblem_ = sentence;
  update();
}

QString CreatePanel::problems() const {
  if (!engineProblem_.isEmpty()) return engineProblem_;
  if (!pairProblem_.isEmpty()) return pairProblem_;
  if (base_.denoisers.empty()) return tr("Choose a pair of models.");
  QStringList sentences;
  if (takesClass() && !class_->label()) sentences << class_->problem();
  for (const Problem& problem : validate(request())) sentences << sentenceOf(problem);
  if (!trajectory_->shape().problem.isEmpty()) sentences << trajectory_->shape().problem;
  sentences << numberProblems(trajectory_) << sampling_->problems();
  if (!source_->problem().isEmpty()) sentences << source_->problem();
  sentences << numberProblems(second_);
  const auto second = secondShape(request(), scheduler_);
  if (second && !second->shape.problem.isEmpty()) sentences << tr("Second pass: %1").arg(second->shape.problem);
  sentences << additions_->problems();
  return sentences.join(QLatin1Char('\n'));
}

void CreatePanel::apply(const GenerationRequest& request) {
  base_ = request;
  prompt_->setTexts(QString::fromStdString(request.prompt),
                    QString::fromStdString(request.negative_prompt.value_or(std::string())));
  prompt_->setSyntax(request.prompt_syntax);
  if (request.class_label) class_->setLabel(*request.class_label);
  sampling_->apply(request);
  source_->setChoice(request.source);
  second_->setChoice(request.second_pass);
  additions_->set(request.controls, request.loras);
  additions_->setVae(request.vae);
  embeddings_ = request.embeddings;
  showWords();
  updateShape();
  trajectory_->setSplit(request.split);
}

void CreatePanel::addEmbedding(const QString& path) {
  const std::filesystem::path file = path.toStdString();
  const std::string word = file.stem().string();
  std::erase_if(embeddings_, [&](const EmbeddingChoice& choice) { return choice.word == word; });
  embeddings_.push_back({{file.filename().string(), {}, {}, file}, word});
  showWords();
  update();
}

bool CreatePanel::useEmbedding(const QString& path) {
  if (takesClass()) return false;
  addEmbedding(path);
  prompt_->insertWord(QFileInfo(path).completeBaseName());
  return true;
}

/// The words that stand for vectors of their own, with a way to be rid of them.
void CreatePanel::showWords() {
  QStringList words;
  for (const EmbeddingChoice& choice : embeddings_) {
    words << QStringLiteral("<b>%1</b>").arg(QString::fromStdString(choice.word).toHtmlEscaped());
  }
  const QString link = QStringLiteral("<a href=\"leave\">%1</a>").arg(tr("Leave out"));
  words_->setText(tr("Embeddings: %1").arg(words.join(QStringLiteral(", "))) + QStringLiteral(" \u00b7 ") + link);
  words_->setVisible(!words.isEmpty());
  PromptNames names = names_;
  for (const EmbeddingChoice& choice : embeddings_) names.embeddings << QString::fromStdString(choice.word);
  for (const EmbeddingChoice& choice : found_) names.elsewhere << QString::fromStdString(choice.word);
  prompt_->setNames(names);
}

void CreatePanel::showUsedSeed(std::uint64_t seed) {
  if (hasRandomSeed()) sampling_->showSeed(seed);
}

bool CreatePanel::hasRandomSeed() const {
  return sampling_->isSeedRandom();
}

void CreatePanel::setRandomSeed(bool random) {
  sampling_->setSeedRandom(random);
}

void CreatePanel::restore(const StudioState& state) {
  const std::optional<GenerationRequest> last = state.request.get();
  prompt_->setSyntax(PromptSyntax::Weighted);
  if (last) {
    apply(withoutHashes(*last));
    last_ = base_;
    base_.denoisers.clear();  // until the pair is known
    additions_->unfold();
    sourceFold_->setOpen(last->source.has_value());
    secondFold_->setOpen(last->second_pass.has_value());
  }
  source_->setMaskFolder(state.folder() + QStringLiteral("/masks"));
  prompt_->setUsedPrompts(state.prompts.get(), state.negativePrompts.get());
  trajectory_->setBudget(state.timeBudget.get());
  sampling_->setSeedRandom(state.randomSeed.get());
  sampling_->setCount(state.count.get());
  update();
}

void CreatePanel::store(StudioState& state) const {
  state.request.set(unfinished());
  state.randomSeed.set(sampling_->isSeedRandom());
  state.count.set(sampling_->count());
  state.timeBudget.set(trajectory_->budget());
  state.prompts.set(prompt_->usedPrompts());
  state.negativePrompts.set(prompt_->usedNegativePrompts());
}

/// All that stands in the controls, for the next start.
GenerationRequest CreatePanel::unfinished() const {
  GenerationRequest request = CreatePanel::request();
  request.prompt = prompt_->prompt();  // kept while a class stands in its place
  request.negative_prompt = prompt_->negativePrompt();
  request.class_label = class_->label();
  request.controls = additions_->unfinishedControls();
  if (!sampling_->isSizeChosen()) request.extent = {};
  if (base_.denoisers.empty()) request.denoisers = last_.denoisers;
  return request;
}

void CreatePanel::repaintIcons() {
  sampling_->repaintIcons();
  class_->repaintIcons();
  source_->repaintIcons();
  additions_->repaintIcons();
}

void CreatePanel::updateShape() {
  const auto source = source_->choice();
  trajectory_->setShape(sampling_->shape(scheduler_, source ? std::optional(source->strength) : std::nullopt));
  update();
}

void CreatePanel::update() {
  const QString text = problems();
  generate_->setEnabled(text.isEmpty());
  generate_->setToolTip(text.isEmpty() ? tr("Generate (Ctrl+Enter)") : text);
  generate_->setAccessibleDescription(text);
  problem_->setText(text);
  problem_->setVisible(!text.isEmpty());
  additions_->showRun({smallCount(), evaluations()});
  const GenerationRequest request = CreatePanel::request();
  source_->setExtent(request.extent);
  second_->setExtent(request.extent);
  sourceFold_->setSummary(source_->summary());
  secondFold_->setSummary(second_->summary());
  std::vector<DenoiserName> names;
  for (const DenoiserChoice& denoiser : request.denoisers) names.push_back(denoiser.name);
  trajectory_->setDenoisers(names);
  trajectory_->setGuidance(request.guidance_scale);
  showCosts(request);
  Q_EMIT requestChanged();
}

}  // namespace tstitch::ui
