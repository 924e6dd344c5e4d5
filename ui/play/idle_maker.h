#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/engine/outcome.h"
#include "core/engine/runner.h"
#include "ui/play/film_shelf.h"

namespace tstitch::ui {

class Session;

/// A picture that may be made while nothing else is to do.
struct IdleWish {
  GenerationRequest request;
  RunSettings settings;
  PreviewSettings preview;
  std::optional<StateTrail> trail;
  bool isAsked = false;  ///< the user waits for it: made on battery, too, and whatever keys are pressed
};

/// A picture in memory: no file, nowhere told.
struct ReadyPicture {
  GenerationRequest request;  ///< as asked
  RunSettings settings;
  std::shared_ptr<const MadePicture> picture;
  std::shared_ptr<const Film> film;
  bool isOnTrail = false;  ///< its small denoiser's states are kept
};

/// Makes pictures while the session has nothing to do and the user only looks, one after the other. The first key,
/// press, turn of the wheel or job stops it; what was begun is dropped. What is ready is bounded, the newest stays.
class IdleMaker : public QObject {
  Q_OBJECT

 public:
  static constexpr int kQuietMs = 300;  ///< since the last key or press
  static constexpr qsizetype kMostBytes = qsizetype{128} << 20;

  explicit IdleMaker(Session& session, QObject* parent = nullptr);
  ~IdleMaker() override;

  /// Whether anything may be made that was not asked for.
  void setAllowed(std::function<bool()> allowed) { allowed_ = std::move(allowed); }
  /// What is wanted now, the most wanted first; ready ones are left out.
  void setWishes(std::vector<IdleWish> wishes);
  [[nodiscard]] const ReadyPicture* ready(const GenerationRequest& request, const RunSettings& settings) const;
  [[nodiscard]] bool isMaking() const { return making_.has_value(); }
  /// What is being made ends now.
  void stop();

 Q_SIGNALS:
  void made(const tstitch::ui::ReadyPicture& ready);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Result {
    Outcome outcome;
    Film film;
  };
  void yieldTo(bool job);
  void startSoon();
  void start();
  void make(const IdleWish& wish);
  void take(const IdleWish& wish, const Result& result);
  [[nodiscard]] bool mayStart(const IdleWish& wish) const;

  Session& session_;
  std::function<bool()> allowed_ = [] { return true; };
  std::vector<IdleWish> wishes_;
  std::optional<IdleWish> making_;
  std::stop_source stop_{std::nostopstate};
  std::deque<ReadyPicture> ready_;  ///< the newest last
  QTimer quiet_;
};

}  // namespace tstitch::ui
