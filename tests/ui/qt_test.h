#pragma once

#include <QObject>
#include <QTest>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tstitch::test {

using TestMaker = std::function<std::unique_ptr<QObject>()>;

/// The test classes of this executable by name.
inline std::map<std::string, TestMaker>& registeredTests() {
  static std::map<std::string, TestMaker> tests;
  return tests;
}

inline bool registerTest(const std::string& name, TestMaker make) {
  return registeredTests().emplace(name, std::move(make)).second;
}

}  // namespace tstitch::test

/// Registers a class whose private slots are Qt tests; once per file.
#define TSTITCH_UI_TEST(name)           \
  static const bool registered_##name = \
      ::tstitch::test::registerTest(#name, [] { return std::unique_ptr<QObject>(new name); });
