#include "ui/about_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/widgets/captions.h"
#include "ui/widgets/line_icon.h"

namespace tstitch::ui {
namespace {

struct Licence {
  const char* part;
  const char* terms;
};

constexpr Licence kLicences[] = {
    {"T-Stitch Studio", "Apache License 2.0"},
    {"Qt " QT_VERSION_STR, "GNU Lesser General Public License 3"},
    {"LibTorch (PyTorch)", "BSD 3-Clause; NOTICE of its own parts beside the libraries"},
    {"OpenCV", "Apache License 2.0"},
    {"OpenSSL", "Apache License 2.0"},
    {"libpng", "libpng License 2"},
    {"libjpeg-turbo", "IJG, BSD 3-Clause and zlib Licenses"},
    {"libwebp", "BSD 3-Clause"},
    {"nlohmann/json", "MIT License"},
    {"CLI11", "BSD 3-Clause"},
    {"Miniature pair", "see NOTICE in its folder for the artwork it was trained on"},
};

QString licenceTable() {
  QString html = QStringLiteral("<table cellspacing='8'>");
  for (const Licence& licence : kLicences) {
    html += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>")
                .arg(QString::fromLatin1(licence.part).toHtmlEscaped(), AboutDialog::tr(licence.terms).toHtmlEscaped());
  }
  return html + QStringLiteral("</table>");
}

}  // namespace

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("About T-Stitch Studio"));
  setMinimumSize(520, 460);
  auto* icon = new QLabel;
  icon->setPixmap(applicationIcon().pixmap(QSize(64, 64), devicePixelRatioF()));
  auto* title = new QLabel(QStringLiteral("<h2>T-Stitch Studio %1</h2>").arg(QStringLiteral(TSTITCH_VERSION)));
  auto* licences = new QTextBrowser;
  licences->setAccessibleName(tr("Licences"));
  licences->setHtml(licenceTable());
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(12);
  layout->addWidget(icon);
  layout->addWidget(title);
  layout->addWidget(
      remark(tr("Pictures by trajectory stitching: a small diffusion model takes the first steps, a large "
                "one of the same latent space the rest.")));
  layout->addWidget(heading(tr("Licences")));
  layout->addWidget(licences, 1);
  layout->addWidget(buttons);
}

}  // namespace tstitch::ui
