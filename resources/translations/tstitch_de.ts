<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
    <context>
        <name>PictureFilter</name>
        <message>
            <source>Pictures (%1)</source>
            <translation>Bilder (%1)</translation>
        </message>
    </context>
    <context>
        <name>PlanRows</name>
        <message>
            <source>the large model's</source>
            <translation>wie das große Modell</translation>
        </message>
        <message>
            <source>the noise</source>
            <translation>das Rauschen</translation>
        </message>
        <message>
            <source>v</source>
            <translation>v</translation>
        </message>
        <message>
            <source>the picture</source>
            <translation>das Bild</translation>
        </message>
        <message>
            <source>the flow</source>
            <translation>den Fluss</translation>
        </message>
        <message>
            <source>its own betas</source>
            <translation>eigene Betas</translation>
        </message>
        <message>
            <source>%1 to %2</source>
            <translation>%1 bis %2</translation>
        </message>
        <message>
            <source>%1 classes</source>
            <translation>%1 Klassen</translation>
        </message>
        <message>
            <source>text of width %1</source>
            <translation>Text der Breite %1</translation>
        </message>
        <message>
            <source>width %1</source>
            <translation>Breite %1</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keiner</translation>
        </message>
        <message>
            <source>%1 pixels</source>
            <translation>%1 Pixel</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>nicht bekannt</translation>
        </message>
        <message>
            <source>model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>family</source>
            <translation>Familie</translation>
        </message>
        <message>
            <source>parameters</source>
            <translation>Parameter</translation>
        </message>
        <message>
            <source>stored as</source>
            <translation>gespeichert als</translation>
        </message>
        <message>
            <source>latent space</source>
            <translation>latenter Raum</translation>
        </message>
        <message>
            <source>latent channels</source>
            <translation>latente Kanäle</translation>
        </message>
        <message>
            <source>condition</source>
            <translation>Bedingung</translation>
        </message>
        <message>
            <source>text encoder</source>
            <translation>Text-Encoder</translation>
        </message>
        <message>
            <source>predicts</source>
            <translation>sagt voraus</translation>
        </message>
        <message>
            <source>noise schedule</source>
            <translation>Rauschplan</translation>
        </message>
        <message>
            <source>trained at</source>
            <translation>trainiert bei</translation>
        </message>
        <message>
            <source>memory in fp32</source>
            <translation>Speicher in fp32</translation>
        </message>
        <message>
            <source>seconds per evaluation</source>
            <translation>Sekunden je Auswertung</translation>
        </message>
        <message>
            <source>no: %1</source>
            <translation>nein: %1</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>ja</translation>
        </message>
        <message>
            <source>%1 steps, %2 %: %3 s, RMS %4</source>
            <translation>%1 Schritte, %2 %: %3 s, RMS %4</translation>
        </message>
        <message>
            <source>%1: %2 of %3</source>
            <translation>%1: %2 von %3</translation>
        </message>
    </context>
    <context>
        <name>RunShape</name>
        <message>
            <source>This model's own sampler is not available: choose one.</source>
            <translation>Der eigene Sampler dieses Modells ist nicht verfügbar: Wählen Sie einen.</translation>
        </message>
    </context>
    <context>
        <name>SettingWords</name>
        <message>
            <source>guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>negative prompt</source>
            <translation>negativer Prompt</translation>
        </message>
        <message>
            <source>prompt syntax</source>
            <translation>Schreibweise des Prompts</translation>
        </message>
        <message>
            <source>clip skip</source>
            <translation>Clip-Skip</translation>
        </message>
        <message>
            <source>VAE</source>
            <translation>VAE</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>control</source>
            <translation>Kontrolle</translation>
        </message>
        <message>
            <source>embedding</source>
            <translation>Embedding</translation>
        </message>
        <message>
            <source>segments</source>
            <translation>Abschnitte</translation>
        </message>
        <message>
            <source>schedule</source>
            <translation>Zeitplan</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
    </context>
    <context>
        <name>ShelfRows</name>
        <message>
            <source>here</source>
            <translation>hier</translation>
        </message>
        <message>
            <source>yours</source>
            <translation>Ihre</translation>
        </message>
        <message>
            <source>get more</source>
            <translation>weitere</translation>
        </message>
        <message>
            <source>unknown latents</source>
            <translation>unbekannte Latents</translation>
        </message>
        <message>
            <source>Its folder is not there now.</source>
            <translation>Sein Ordner ist zurzeit nicht da.</translation>
        </message>
        <message>
            <source>missing</source>
            <translation>fehlt</translation>
        </message>
        <message>
            <source>large model</source>
            <translation>großes Modell</translation>
        </message>
        <message>
            <source>fits</source>
            <translation>passt</translation>
        </message>
        <message>
            <source>is being compared</source>
            <translation>wird verglichen</translation>
        </message>
        <message>
            <source>Its latents are %1.</source>
            <translation>Seine Latents sind %1.</translation>
        </message>
        <message>
            <source>does not fit: %1</source>
            <translation>passt nicht: %1</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRAs</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>ControlNets</source>
            <translation>ControlNets</translation>
        </message>
        <message>
            <source>ControlNet</source>
            <translation>ControlNet</translation>
        </message>
        <message>
            <source>T2I-Adapter</source>
            <translation>T2I-Adapter</translation>
        </message>
        <message>
            <source>Embeddings</source>
            <translation>Embeddings</translation>
        </message>
        <message>
            <source>embedding</source>
            <translation>Embedding</translation>
        </message>
        <message>
            <source>Autoencoders</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>autoencoder</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>%1 (%2)</source>
            <translation>%1 (%2)</translation>
        </message>
        <message>
            <source>Cannot be used</source>
            <translation>Nicht verwendbar</translation>
        </message>
        <message>
            <source>Not looked at yet</source>
            <translation>Noch nicht angesehen</translation>
        </message>
        <message>
            <source>%1, cannot be used: %2</source>
            <translation>%1, nicht verwendbar: %2</translation>
        </message>
        <message>
            <source>%1, is being looked at</source>
            <translation>%1, wird angesehen</translation>
        </message>
        <message>
            <source>%1, %2, to download</source>
            <translation>%1, %2, zum Herunterladen</translation>
        </message>
    </context>
    <context>
        <name>UsableSettings</name>
        <message>
            <source>This machine computes %1 far slower than fp32, so fp32 is used. Files in %1 are read all the same.</source>
            <translation>Dieser Rechner rechnet mit %1 viel langsamer als mit fp32, daher wird fp32 verwendet. Dateien in %1 werden trotzdem gelesen.</translation>
        </message>
    </context>
    <context>
        <name>WindowWords</name>
        <message>
            <source>Prompt</source>
            <translation>Prompt</translation>
        </message>
        <message>
            <source>Negative prompt</source>
            <translation>Negativer Prompt</translation>
        </message>
        <message>
            <source>Prompt syntax</source>
            <translation>Schreibweise des Prompts</translation>
        </message>
        <message>
            <source>Class</source>
            <translation>Klasse</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>Autoencoder</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>Trajectory</source>
            <translation>Trajektorie</translation>
        </message>
        <message>
            <source>Ratio</source>
            <translation>Anteil</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>Abschnitt</translation>
        </message>
        <message>
            <source>Width and height</source>
            <translation>Breite und Höhe</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>Sampler</source>
            <translation>Sampler</translation>
        </message>
        <message>
            <source>Schedule</source>
            <translation>Zeitplan</translation>
        </message>
        <message>
            <source>Share of new noise</source>
            <translation>Anteil neuen Rauschens</translation>
        </message>
        <message>
            <source>Guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>Guidance as an input</source>
            <translation>Guidance als Eingabe</translation>
        </message>
        <message>
            <source>Clip skip</source>
            <translation>Clip-Skip</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>Sizes told to the model</source>
            <translation>Dem Modell genannte Größen</translation>
        </message>
        <message>
            <source>original size</source>
            <translation>ursprüngliche Größe</translation>
        </message>
        <message>
            <source>target size</source>
            <translation>Zielgröße</translation>
        </message>
        <message>
            <source>crop</source>
            <translation>Ausschnitt</translation>
        </message>
        <message>
            <source>aesthetic score</source>
            <translation>ästhetische Wertung</translation>
        </message>
        <message>
            <source>Control</source>
            <translation>Kontrolle</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Embedding</source>
            <translation>Embedding</translation>
        </message>
        <message>
            <source>picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>annotator</source>
            <translation>Annotator</translation>
        </message>
        <message>
            <source>thresholds</source>
            <translation>Schwellen</translation>
        </message>
        <message>
            <source>weight</source>
            <translation>Gewicht</translation>
        </message>
        <message>
            <source>strength</source>
            <translation>Stärke</translation>
        </message>
        <message>
            <source>start</source>
            <translation>Anfang</translation>
        </message>
        <message>
            <source>end</source>
            <translation>Ende</translation>
        </message>
        <message>
            <source>fit</source>
            <translation>Einpassung</translation>
        </message>
        <message>
            <source>on</source>
            <translation>auf</translation>
        </message>
        <message>
            <source>guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>word</source>
            <translation>Wort</translation>
        </message>
        <message>
            <source>name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>family</source>
            <translation>Familie</translation>
        </message>
        <message>
            <source>files</source>
            <translation>Dateien</translation>
        </message>
        <message>
            <source>SHA-256</source>
            <translation>SHA-256</translation>
        </message>
        <message>
            <source>Pair</source>
            <translation>Paar</translation>
        </message>
        <message>
            <source>Large model</source>
            <translation>Großes Modell</translation>
        </message>
        <message>
            <source>Small model</source>
            <translation>Kleines Modell</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>Breite</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>Höhe</translation>
        </message>
        <message>
            <source>Pictures</source>
            <translation>Bilder</translation>
        </message>
        <message>
            <source>Preview</source>
            <translation>Vorschau</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>Gerät</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>Genauigkeit</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>Threads</translation>
        </message>
        <message>
            <source>Output folder</source>
            <translation>Ausgabeordner</translation>
        </message>
        <message>
            <source>Give the one that it was trained with under "Choose models..."</source>
            <translation>Geben Sie den, mit dem es trainiert wurde, unter „Modelle wählen ...“ an</translation>
        </message>
        <message>
            <source>Give its folder under "Choose models..."</source>
            <translation>Geben Sie seinen Ordner unter „Modelle wählen ...“ an</translation>
        </message>
        <message>
            <source>Give it under "Choose models..."</source>
            <translation>Geben Sie es unter „Modelle wählen ...“ an</translation>
        </message>
        <message>
            <source>Give a diffusers folder as the large model</source>
            <translation>Geben Sie einen Ordner von diffusers als großes Modell an</translation>
        </message>
        <message>
            <source>Give it as a control</source>
            <translation>Geben Sie es als Kontrolle an</translation>
        </message>
        <message>
            <source>Give it as a LoRA</source>
            <translation>Geben Sie es als LoRA an</translation>
        </message>
        <message>
            <source>Choose the device CPU in Preferences</source>
            <translation>Wählen Sie das Gerät CPU in den Einstellungen</translation>
        </message>
        <message>
            <source>such as </source>
            <translation>etwa </translation>
        </message>
        <message>
            <source> the precision fp32 in Preferences</source>
            <translation> die Genauigkeit fp32 in den Einstellungen</translation>
        </message>
        <message>
            <source> the precision bf16 in Preferences</source>
            <translation> die Genauigkeit bf16 in den Einstellungen</translation>
        </message>
        <message>
            <source>Source picture</source>
            <translation>Ausgangsbild</translation>
        </message>
        <message>
            <source>mask</source>
            <translation>Maske</translation>
        </message>
        <message>
            <source>feather</source>
            <translation>weiche Kante</translation>
        </message>
        <message>
            <source>Second pass</source>
            <translation>Zweiter Durchgang</translation>
        </message>
        <message>
            <source>ratio</source>
            <translation>Anteil</translation>
        </message>
        <message>
            <source>upscale</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>Stärke</translation>
        </message>
        <message>
            <source>Mask picture</source>
            <translation>Maskenbild</translation>
        </message>
        <message>
            <source>Mask feather</source>
            <translation>Weiche Kante der Maske</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui</name>
        <message>
            <source>This picture carries no settings.</source>
            <translation>Dieses Bild trägt keine Einstellungen in sich.</translation>
        </message>
        <message>
            <source>Default</source>
            <translation>Voreinstellung</translation>
        </message>
        <message>
            <source>Leading</source>
            <translation>Leading</translation>
        </message>
        <message>
            <source>Trailing</source>
            <translation>Trailing</translation>
        </message>
        <message>
            <source>Linspace</source>
            <translation>Linspace</translation>
        </message>
        <message>
            <source>Exponential</source>
            <translation>Exponentiell</translation>
        </message>
        <message>
            <source>Beta</source>
            <translation>Beta</translation>
        </message>
        <message>
            <source>Stretch</source>
            <translation>Strecken</translation>
        </message>
        <message>
            <source>Crop</source>
            <translation>Zuschneiden</translation>
        </message>
        <message>
            <source>Pad</source>
            <translation>Auffüllen</translation>
        </message>
        <message>
            <source>Canny edges</source>
            <translation>Canny-Kanten</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>Tiefe</translation>
        </message>
        <message>
            <source>Pose</source>
            <translation>Pose</translation>
        </message>
        <message>
            <source>Soft edges</source>
            <translation>Weiche Kanten</translation>
        </message>
        <message>
            <source>Line art</source>
            <translation>Strichzeichnung</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>Andere</translation>
        </message>
        <message>
            <source>sampler and schedule</source>
            <translation>Sampler und Zeitplan</translation>
        </message>
        <message>
            <source>steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>clip skip</source>
            <translation>Clip-Skip</translation>
        </message>
        <message>
            <source>second pass (hires fix)</source>
            <translation>zweiter Durchgang (Hires-Fix)</translation>
        </message>
        <message>
            <source>refiner</source>
            <translation>Refiner</translation>
        </message>
        <message>
            <source>ControlNet</source>
            <translation>ControlNet</translation>
        </message>
        <message>
            <source>ADetailer</source>
            <translation>ADetailer</translation>
        </message>
        <message>
            <source>face restoration</source>
            <translation>Gesichtskorrektur</translation>
        </message>
        <message>
            <source>VAE</source>
            <translation>VAE</translation>
        </message>
        <message>
            <source>embeddings</source>
            <translation>Embeddings</translation>
        </message>
        <message>
            <source>hypernetwork</source>
            <translation>Hypernetzwerk</translation>
        </message>
        <message>
            <source>source picture (image to image)</source>
            <translation>Ausgangsbild (Bild zu Bild)</translation>
        </message>
        <message>
            <source>variation seed</source>
            <translation>Variations-Seed</translation>
        </message>
        <message>
            <source>styles</source>
            <translation>Stile</translation>
        </message>
        <message>
            <source>noise of another generator</source>
            <translation>Rauschen eines anderen Generators</translation>
        </message>
        <message>
            <source>further prompts</source>
            <translation>weitere Prompts</translation>
        </message>
        <message>
            <source>extensions</source>
            <translation>Erweiterungen</translation>
        </message>
        <message>
            <source>nodes that change the model</source>
            <translation>Knoten, die das Modell ändern</translation>
        </message>
        <message>
            <source>Its size %1 is none that can be drawn here.</source>
            <translation>Seine Größe %1 kann hier nicht gezeichnet werden.</translation>
        </message>
        <message>
            <source>Its size %1 was taken as %2x%3, multiples of 8.</source>
            <translation>Seine Größe %1 wurde als %2x%3 genommen, Vielfache von 8.</translation>
        </message>
        <message>
            <source>prompt</source>
            <translation>Prompt</translation>
        </message>
        <message>
            <source>negative prompt</source>
            <translation>negativer Prompt</translation>
        </message>
        <message>
            <source>sampler</source>
            <translation>Sampler</translation>
        </message>
        <message>
            <source>schedule</source>
            <translation>Zeitplan</translation>
        </message>
        <message>
            <source>split</source>
            <translation>Aufteilung</translation>
        </message>
        <message>
            <source>LoRA %1</source>
            <translation>LoRA %1</translation>
        </message>
        <message>
            <source>This picture carries JSON of a program that is not known here; nothing was restored from it.</source>
            <translation>Dieses Bild trägt JSON eines Programms in sich, das hier nicht bekannt ist; daraus wurde nichts zurückgeholt.</translation>
        </message>
        <message>
            <source>This picture carries a ComfyUI graph without a sampler that is known here; nothing was restored.</source>
            <translation>Dieses Bild trägt einen ComfyUI-Graphen ohne einen hier bekannten Sampler in sich; nichts wurde zurückgeholt.</translation>
        </message>
        <message>
            <source>This picture carries settings of %1, but none that is known here; nothing was restored.</source>
            <translation>Dieses Bild trägt Einstellungen von %1 in sich, aber keine, die hier bekannt ist; nichts wurde zurückgeholt.</translation>
        </message>
        <message>
            <source>Restored from a text that names no program: %1.</source>
            <translation>Zurückgeholt aus einem Text, der kein Programm nennt: %1.</translation>
        </message>
        <message>
            <source>Restored from %1: %2.</source>
            <translation>Zurückgeholt aus %1: %2.</translation>
        </message>
        <message>
            <source>The models stay as they are.</source>
            <translation>Die Modelle bleiben, wie sie sind.</translation>
        </message>
        <message>
            <source>Its model %1 was not looked for: the models stay as they are, and so the picture will differ.</source>
            <translation>Sein Modell %1 wurde nicht gesucht: Die Modelle bleiben, wie sie sind, und so wird das Bild anders.</translation>
        </message>
        <message>
            <source>Left out: %1.</source>
            <translation>Weggelassen: %1.</translation>
        </message>
        <message>
            <source>Sampler and schedule stay as they are.</source>
            <translation>Sampler und Zeitplan bleiben, wie sie sind.</translation>
        </message>
        <message>
            <source>Not found in the model folders: LoRA %1.</source>
            <translation>In den Modellordnern nicht gefunden: LoRA %1.</translation>
        </message>
        <message>
            <source>the prompt's characters</source>
            <translation>die Zeichen des Prompts</translation>
        </message>
        <message>
            <source>the negative prompt's characters</source>
            <translation>die Zeichen des negativen Prompts</translation>
        </message>
        <message>
            <source>the split</source>
            <translation>die Aufteilung</translation>
        </message>
        <message>
            <source>the size</source>
            <translation>die Größe</translation>
        </message>
        <message>
            <source>the steps</source>
            <translation>die Schritte</translation>
        </message>
        <message>
            <source>the guidance</source>
            <translation>die Guidance</translation>
        </message>
        <message>
            <source>the seed</source>
            <translation>der Seed</translation>
        </message>
        <message>
            <source>the controls</source>
            <translation>die Kontrollen</translation>
        </message>
        <message>
            <source>the LoRAs</source>
            <translation>die LoRAs</translation>
        </message>
        <message>
            <source>the embeddings</source>
            <translation>die Embeddings</translation>
        </message>
        <message>
            <source>Not restored exactly: %1.</source>
            <translation>Nicht genau zurückgeholt: %1.</translation>
        </message>
        <message>
            <source>%1 s/it</source>
            <translation>%1 s/it</translation>
        </message>
        <message>
            <source>%1 it/s</source>
            <translation>%1 it/s</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 s</translation>
        </message>
        <message>
            <source>%1:%2 min</source>
            <translation>%1:%2 min</translation>
        </message>
        <message>
            <source>You could not tell 0 % from %1 %: you save %2 %.</source>
            <translation>Sie konnten 0 % nicht von %1 % unterscheiden: Sie sparen %2 %.</translation>
        </message>
        <message>
            <source>You like 0 % better than %1 %.</source>
            <translation>Ihnen gefällt 0 % besser als %1 %.</translation>
        </message>
        <message>
            <source>You like %1 % better than 0 %, and save %2 %.</source>
            <translation>Ihnen gefällt %1 % besser als 0 %, und Sie sparen %2 %.</translation>
        </message>
        <message>
            <source>You chose 0 % in %1 of %2 pairs; the true share lies between %3 % and %4 % (95 %), and chance alone gives 50 %.</source>
            <translation>Sie wählten 0 % in %1 von %2 Paaren; der wahre Anteil liegt zwischen %3 % und %4 % (95 %), und der Zufall allein ergibt 50 %.</translation>
        </message>
        <message>
            <source>%1 %, seed %2</source>
            <translation>%1 %, Seed %2</translation>
        </message>
        <message>
            <source>, %1 s</source>
            <translation>, %1 s</translation>
        </message>
        <message>
            <source>class %1</source>
            <translation>Klasse %1</translation>
        </message>
        <message>
            <source>Cut to the shape of the run: its middle %1 % are seen.</source>
            <translation>Auf die Form des Laufs beschnitten: Gesehen werden seine mittleren %1 %.</translation>
        </message>
        <message>
            <source>Seen whole: it fills %1 % of the map, the rest is black.</source>
            <translation>Ganz zu sehen: Es füllt %1 % der Karte, der Rest ist schwarz.</translation>
        </message>
        <message>
            <source>Stretched %1 times in height: round things become long.</source>
            <translation>%1-fach in die Höhe gestreckt: Rundes wird lang.</translation>
        </message>
        <message>
            <source>Stretched %1 times in width: round things become wide.</source>
            <translation>%1-fach in die Breite gestreckt: Rundes wird breit.</translation>
        </message>
        <message>
            <source>Prompt: more weight</source>
            <translation>Prompt: mehr Gewicht</translation>
        </message>
        <message>
            <source>Prompt: less weight</source>
            <translation>Prompt: weniger Gewicht</translation>
        </message>
        <message>
            <source>Prompt: move the part between commas to the left</source>
            <translation>Prompt: den Teil zwischen Kommas nach links</translation>
        </message>
        <message>
            <source>Prompt: move the part between commas to the right</source>
            <translation>Prompt: den Teil zwischen Kommas nach rechts</translation>
        </message>
        <message>
            <source>Prompt: the one used before</source>
            <translation>Prompt: der davor benutzte</translation>
        </message>
        <message>
            <source>Prompt: the one used after it</source>
            <translation>Prompt: der danach benutzte</translation>
        </message>
        <message>
            <source>Prompt: offer names of LoRAs and embeddings</source>
            <translation>Prompt: Namen von LoRAs und Embeddings anbieten</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
        <message>
            <source>%1 evaluations</source>
            <translation>%1 Auswertungen</translation>
        </message>
        <message>
            <source>%1 (%2 % saved)</source>
            <translation>%1 (%2 % gespart)</translation>
        </message>
        <message>
            <source>made ahead</source>
            <translation>vorab erzeugt</translation>
        </message>
        <message>
            <source>%1 (%2 % longer)</source>
            <translation>%1 (%2 % länger)</translation>
        </message>
        <message>
            <source>seed %1</source>
            <translation>Seed %1</translation>
        </message>
        <message>
            <source>seeds %1 to %2</source>
            <translation>Seeds %1 bis %2</translation>
        </message>
        <message>
            <source>%1 pictures</source>
            <translation>%1 Bilder</translation>
        </message>
        <message>
            <source>Picture (Lanczos)</source>
            <translation>Bild (Lanczos)</translation>
        </message>
        <message>
            <source>Latents</source>
            <translation>Latents</translation>
        </message>
        <message>
            <source>%1, then %2 evaluations</source>
            <translation>%1, dann %2 Auswertungen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::AboutDialog</name>
        <message>
            <source>About T-Stitch Studio</source>
            <translation>Über T-Stitch Studio</translation>
        </message>
        <message>
            <source>Parts</source>
            <translation>Bestandteile</translation>
        </message>
        <message>
            <source>Licence text</source>
            <translation>Lizenztext</translation>
        </message>
        <message>
            <source>Pictures by trajectory stitching: a small diffusion model takes the first steps, a large one of the same latent space the rest.</source>
            <translation>Bilder durch vernähte Trajektorien: Ein kleines Diffusionsmodell macht die ersten Schritte, ein großes desselben latenten Raums den Rest.</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>Lizenzen</translation>
        </message>
        <message>
            <source>The licence texts are not in %1.</source>
            <translation>Die Lizenztexte liegen nicht in %1.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::AdditionList</name>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::AdditionQuestions</name>
        <message>
            <source>The map comes when this run has ended</source>
            <translation>Die Karte kommt, wenn dieser Lauf zu Ende ist</translation>
        </message>
        <message>
            <source>Making the map...</source>
            <translation>Die Karte entsteht ...</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::AdditionsSection</name>
        <message>
            <source>Add control</source>
            <translation>Kontrolle hinzufügen</translation>
        </message>
        <message>
            <source>Add LoRA</source>
            <translation>LoRA hinzufügen</translation>
        </message>
        <message>
            <source>Control</source>
            <translation>Kontrolle</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Autoencoder</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>Autoencoder file</source>
            <translation>Datei des Autoencoders</translation>
        </message>
        <message>
            <source>The large model's own; file or folder of another one</source>
            <translation>Der des großen Modells; Datei oder Ordner eines anderen</translation>
        </message>
        <message>
            <source>Autoencoder: %1</source>
            <translation>Autoencoder: %1</translation>
        </message>
        <message>
            <source>the model's own</source>
            <translation>der des Modells</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::Announcer</name>
        <message>
            <source>Announcement: %1</source>
            <translation>Meldung: %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::CellTable</name>
        <message>
            <source>Cells</source>
            <translation>Zellen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ChipRow</name>
        <message>
            <source>Example: %1</source>
            <translation>Beispiel: %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ChooseModelsDialog</name>
        <message>
            <source>predicts the noise</source>
            <translation>sagt das Rauschen voraus</translation>
        </message>
        <message>
            <source>predicts v</source>
            <translation>sagt v voraus</translation>
        </message>
        <message>
            <source>predicts the picture</source>
            <translation>sagt das Bild voraus</translation>
        </message>
        <message>
            <source>predicts the flow</source>
            <translation>sagt den Fluss voraus</translation>
        </message>
        <message>
            <source>%1 M parameters</source>
            <translation>%1 Mio. Parameter</translation>
        </message>
        <message>
            <source>%1 latent channels</source>
            <translation>%1 latente Kanäle</translation>
        </message>
        <message>
            <source>%1 pixels a latent</source>
            <translation>%1 Pixel je Latent</translation>
        </message>
        <message>
            <source>text width %1</source>
            <translation>Textbreite %1</translation>
        </message>
        <message>
            <source>These two stitch.</source>
            <translation>Diese beiden passen zusammen.</translation>
        </message>
        <message>
            <source>These two do not stitch:</source>
            <translation>Diese beiden passen nicht zusammen:</translation>
        </message>
        <message>
            <source>Memory: the pair needs about %1; %2 are free.</source>
            <translation>Speicher: Das Paar braucht etwa %1; %2 sind frei.</translation>
        </message>
        <message>
            <source>That is more than is free: close other programs first.</source>
            <translation>Das ist mehr, als frei ist: Schließen Sie zuerst andere Programme.</translation>
        </message>
        <message>
            <source>Autoencoder</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>Choose models</source>
            <translation>Modelle wählen</translation>
        </message>
        <message>
            <source>The large model has no autoencoder of its own: give the one that it was trained with.</source>
            <translation>Das große Modell hat keinen eigenen Autoencoder: Geben Sie den an, mit dem es trainiert wurde.</translation>
        </message>
        <message>
            <source>Use this pair</source>
            <translation>Dieses Paar verwenden</translation>
        </message>
        <message>
            <source>Two models of one latent space: the small one starts the picture, the large one ends it.</source>
            <translation>Zwei Modelle eines latenten Raums: Das kleine beginnt das Bild, das große beendet es.</translation>
        </message>
        <message>
            <source>Large model</source>
            <translation>Großes Modell</translation>
        </message>
        <message>
            <source>Small model</source>
            <translation>Kleines Modell</translation>
        </message>
        <message>
            <source>Folder or file</source>
            <translation>Ordner oder Datei</translation>
        </message>
        <message>
            <source>Browse</source>
            <translation>Durchsuchen</translation>
        </message>
        <message>
            <source>Browse: %1</source>
            <translation>Durchsuchen: %1</translation>
        </message>
        <message>
            <source>Folder...</source>
            <translation>Ordner ...</translation>
        </message>
        <message>
            <source>File...</source>
            <translation>Datei ...</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>Modell wählen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ClassPicker</name>
        <message>
            <source>Class</source>
            <translation>Klasse</translation>
        </message>
        <message>
            <source>A class: its name or number</source>
            <translation>Eine Klasse: Name oder Nummer</translation>
        </message>
        <message>
            <source>List of classes</source>
            <translation>Liste der Klassen</translation>
        </message>
        <message>
            <source>Show all classes</source>
            <translation>Alle Klassen zeigen</translation>
        </message>
        <message>
            <source>Choose a class.</source>
            <translation>Wählen Sie eine Klasse.</translation>
        </message>
        <message>
            <source>Class: %1</source>
            <translation>Klasse: %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::Commands</name>
        <message>
            <source>no key</source>
            <translation>keine Taste</translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1: %2</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ComparePage</name>
        <message>
            <source>Compare mode</source>
            <translation>Art des Vergleichs</translation>
        </message>
        <message>
            <source>Wipe</source>
            <translation>Wischen</translation>
        </message>
        <message>
            <source>Wipe across</source>
            <translation>Quer wischen</translation>
        </message>
        <message>
            <source>Side by side</source>
            <translation>Nebeneinander</translation>
        </message>
        <message>
            <source>Blink</source>
            <translation>Blinken</translation>
        </message>
        <message>
            <source>Overlay</source>
            <translation>Überlagern</translation>
        </message>
        <message>
            <source>Difference</source>
            <translation>Unterschied</translation>
        </message>
        <message>
            <source>Swap pictures</source>
            <translation>Bilder tauschen</translation>
        </message>
        <message>
            <source>Wipe position</source>
            <translation>Stelle des Wischens</translation>
        </message>
        <message>
            <source>Overlay opacity</source>
            <translation>Deckkraft der Überlagerung</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>Zoom</translation>
        </message>
        <message>
            <source>Fit</source>
            <translation>Einpassen</translation>
        </message>
        <message>
            <source>Hold to see B</source>
            <translation>Gedrückt halten, um B zu sehen</translation>
        </message>
        <message>
            <source>Different settings</source>
            <translation>Verschiedene Einstellungen</translation>
        </message>
        <message>
            <source>Picture A</source>
            <translation>Bild A</translation>
        </message>
        <message>
            <source>Picture B</source>
            <translation>Bild B</translation>
        </message>
        <message>
            <source>Mode</source>
            <translation>Art</translation>
        </message>
        <message>
            <source>Zoom, %</source>
            <translation>Zoom, %</translation>
        </message>
        <message>
            <source>Root of the mean squared difference, 0 to 1: 0 is equal</source>
            <translation>Wurzel des mittleren quadratischen Unterschieds, 0 bis 1: 0 ist gleich</translation>
        </message>
        <message>
            <source>Peak signal to noise ratio: more is nearer</source>
            <translation>Spitzen-Signal-Rausch-Verhältnis: Mehr ist näher</translation>
        </message>
        <message>
            <source>Structural similarity: 1 is equal</source>
            <translation>Strukturelle Ähnlichkeit: 1 ist gleich</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>infinite</source>
            <translation>unendlich</translation>
        </message>
        <message>
            <source>%1 dB</source>
            <translation>%1 dB</translation>
        </message>
        <message>
            <source>RMS: %1</source>
            <translation>RMS: %1</translation>
        </message>
        <message>
            <source>PSNR: %1</source>
            <translation>PSNR: %1</translation>
        </message>
        <message>
            <source>SSIM: %1</source>
            <translation>SSIM: %1</translation>
        </message>
        <message>
            <source>Which settings differ stands here once there are two pictures.</source>
            <translation>Welche Einstellungen sich unterscheiden, steht hier, sobald zwei Bilder da sind.</translation>
        </message>
        <message>
            <source>One of the pictures carries no settings of this program.</source>
            <translation>Eines der Bilder trägt keine Einstellungen dieses Programms in sich.</translation>
        </message>
        <message>
            <source>The settings are the same.</source>
            <translation>Die Einstellungen sind dieselben.</translation>
        </message>
        <message>
            <source>A %1</source>
            <translation>A %1</translation>
        </message>
        <message>
            <source>B %1</source>
            <translation>B %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::CompareView</name>
        <message>
            <source>Compare view</source>
            <translation>Vergleichsansicht</translation>
        </message>
        <message>
            <source>The difference needs two pictures of one size.</source>
            <translation>Der Unterschied braucht zwei Bilder einer Größe.</translation>
        </message>
        <message>
            <source>B</source>
            <translation>B</translation>
        </message>
        <message>
            <source>brightest: %1 of 255</source>
            <translation>hellste Stelle: %1 von 255</translation>
        </message>
        <message>
            <source>A</source>
            <translation>A</translation>
        </message>
        <message>
            <source>A and %1 % of B</source>
            <translation>A und %1 % von B</translation>
        </message>
        <message>
            <source>Drop two pictures here, or select two cells of a grid and press Compare.</source>
            <translation>Ziehen Sie zwei Bilder hierher, oder wählen Sie zwei Zellen eines Rasters und drücken Sie „Vergleichen“.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::Comparison</name>
        <message>
            <source>The pictures have different sizes, %1x%2 and %3x%4: B is drawn as large as A, and numbers need equal sizes.</source>
            <translation>Die Bilder sind verschieden groß, %1x%2 und %3x%4: B wird so groß wie A gezeichnet, und Zahlen brauchen gleiche Größen.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ControlCard</name>
        <message>
            <source>Already a map</source>
            <translation>Ist schon eine Karte</translation>
        </message>
        <message>
            <source>Small</source>
            <translation>Klein</translation>
        </message>
        <message>
            <source>Large</source>
            <translation>Groß</translation>
        </message>
        <message>
            <source>ControlNet or T2I-Adapter: folder or file</source>
            <translation>ControlNet oder T2I-Adapter: Ordner oder Datei</translation>
        </message>
        <message>
            <source>Picture: file</source>
            <translation>Bild: Datei</translation>
        </message>
        <message>
            <source>How a picture of another shape than the run's is brought to its size</source>
            <translation>Wie ein Bild anderer Form auf die Größe des Laufs gebracht wird</translation>
        </message>
        <message>
            <source>Another shape</source>
            <translation>Andere Form</translation>
        </message>
        <message>
            <source>The picture is taken as it is, nothing is drawn from it</source>
            <translation>Das Bild wird genommen, wie es ist; nichts wird daraus gezeichnet</translation>
        </message>
        <message>
            <source>Remove this control</source>
            <translation>Diese Kontrolle entfernen</translation>
        </message>
        <message>
            <source>Low threshold</source>
            <translation>Untere Schwelle</translation>
        </message>
        <message>
            <source>High threshold</source>
            <translation>Obere Schwelle</translation>
        </message>
        <message>
            <source>Annotator's weights</source>
            <translation>Gewichte des Annotators</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>Gewicht</translation>
        </message>
        <message>
            <source>From which share of the steps on it acts</source>
            <translation>Ab welchem Anteil der Schritte sie wirkt</translation>
        </message>
        <message>
            <source>Up to which share of the steps it acts</source>
            <translation>Bis zu welchem Anteil der Schritte sie wirkt</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Anfang</translation>
        </message>
        <message>
            <source>End</source>
            <translation>Ende</translation>
        </message>
        <message>
            <source>On</source>
            <translation>Auf</translation>
        </message>
        <message>
            <source>Control kind</source>
            <translation>Art der Kontrolle</translation>
        </message>
        <message>
            <source>Control picture is a map</source>
            <translation>Kontrollbild ist eine Karte</translation>
        </message>
        <message>
            <source>Control fit</source>
            <translation>Einpassung der Kontrolle</translation>
        </message>
        <message>
            <source>Remove control</source>
            <translation>Kontrolle entfernen</translation>
        </message>
        <message>
            <source>Control picture shown</source>
            <translation>Kontrollbild, gezeigt</translation>
        </message>
        <message>
            <source>Control map</source>
            <translation>Kontrollkarte</translation>
        </message>
        <message>
            <source>Control picture</source>
            <translation>Kontrollbild</translation>
        </message>
        <message>
            <source>Control model</source>
            <translation>Kontrollmodell</translation>
        </message>
        <message>
            <source>Control annotator</source>
            <translation>Annotator der Kontrolle</translation>
        </message>
        <message>
            <source>Control low threshold</source>
            <translation>Kontrolle, untere Schwelle</translation>
        </message>
        <message>
            <source>Control high threshold</source>
            <translation>Kontrolle, obere Schwelle</translation>
        </message>
        <message>
            <source>Control weight</source>
            <translation>Gewicht der Kontrolle</translation>
        </message>
        <message>
            <source>Control weight in numbers</source>
            <translation>Gewicht der Kontrolle in Zahlen</translation>
        </message>
        <message>
            <source>Control start</source>
            <translation>Anfang der Kontrolle</translation>
        </message>
        <message>
            <source>Control end</source>
            <translation>Ende der Kontrolle</translation>
        </message>
        <message>
            <source>Control reach</source>
            <translation>Reichweite der Kontrolle</translation>
        </message>
        <message>
            <source>Control on small</source>
            <translation>Kontrolle auf klein</translation>
        </message>
        <message>
            <source>Control on large</source>
            <translation>Kontrolle auf groß</translation>
        </message>
        <message>
            <source>%1, off</source>
            <translation>%1, aus</translation>
        </message>
        <message>
            <source>no picture</source>
            <translation>kein Bild</translation>
        </message>
        <message>
            <source>%1, %2, %3</source>
            <translation>%1, %2, %3</translation>
        </message>
        <message>
            <source>%1: choose a picture.</source>
            <translation>%1: Wählen Sie ein Bild.</translation>
        </message>
        <message>
            <source>Control</source>
            <translation>Kontrolle</translation>
        </message>
        <message>
            <source>%1: choose a ControlNet or a T2I-Adapter.</source>
            <translation>%1: Wählen Sie ein ControlNet oder einen T2I-Adapter.</translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1: %2</translation>
        </message>
        <message>
            <source>give the annotator's weights, or a picture that is a map already.</source>
            <translation>Geben Sie die Gewichte des Annotators an oder ein Bild, das schon eine Karte ist.</translation>
        </message>
        <message>
            <source>map of %1</source>
            <translation>Karte von %1</translation>
        </message>
        <message>
            <source>Drop or paste a picture, or click</source>
            <translation>Bild hierher ziehen, einfügen oder klicken</translation>
        </message>
        <message>
            <source>Its control map appears here</source>
            <translation>Hier erscheint seine Kontrollkarte</translation>
        </message>
        <message>
            <source>For a map, %1</source>
            <translation>Für eine Karte: %1</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>Over the picture</source>
            <translation>Über dem Bild</translation>
        </message>
        <message>
            <source>Lays the map over the big picture</source>
            <translation>Legt die Karte über das große Bild</translation>
        </message>
        <message>
            <source>Control map over the picture</source>
            <translation>Kontrollkarte über dem Bild</translation>
        </message>
        <message>
            <source>Keep to the fitting model</source>
            <translation>Nur auf dem passenden Modell</translation>
        </message>
        <message>
            <source>Not on %1: %2</source>
            <translation>Nicht auf %1: %2</translation>
        </message>
        <message>
            <source>Fits %1.</source>
            <translation>Passt zu %1.</translation>
        </message>
        <message>
            <source> and </source>
            <translation> und </translation>
        </message>
        <message>
            <source>Let it act on %1 only</source>
            <translation>Nur auf %1 wirken lassen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::CostView</name>
        <message>
            <source>%1 % longer</source>
            <translation>%1 % länger</translation>
        </message>
        <message>
            <source>%1 % saved</source>
            <translation>%1 % gespart</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Messen</translation>
        </message>
        <message>
            <source>Times both models on this machine</source>
            <translation>Misst die Zeiten beider Modelle auf diesem Rechner</translation>
        </message>
        <message>
            <source>Free memory</source>
            <translation>Speicher freigeben</translation>
        </message>
        <message>
            <source>Lets go of the loaded models; the next run loads them again</source>
            <translation>Gibt die geladenen Modelle frei; der nächste Lauf lädt sie wieder</translation>
        </message>
        <message>
            <source>Prediction: not measured</source>
            <translation>Vorhersage: nicht gemessen</translation>
        </message>
        <message>
            <source>Prediction: %1, %2</source>
            <translation>Vorhersage: %1, %2</translation>
        </message>
        <message>
            <source>%1 of %2 GiB</source>
            <translation>%1 von %2 GiB</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>nicht bekannt</translation>
        </message>
        <message>
            <source>Memory: %1</source>
            <translation>Speicher: %1</translation>
        </message>
        <message>
            <source>Memory: %1, one part at a time</source>
            <translation>Speicher: %1, ein Teil nach dem anderen</translation>
        </message>
        <message>
            <source>Memory is short: each part is let go before the next one is loaded.</source>
            <translation>Der Speicher ist knapp: Jeder Teil wird freigegeben, bevor der nächste geladen wird.</translation>
        </message>
        <message>
            <source>Measuring...</source>
            <translation>Misst ...</translation>
        </message>
        <message>
            <source>Time not measured</source>
            <translation>Zeit nicht gemessen</translation>
        </message>
        <message>
            <source>Memory: %1, more than there is</source>
            <translation>Speicher: %1, mehr als da ist</translation>
        </message>
        <message>
            <source>The run would be refused: choose a smaller size or smaller models.</source>
            <translation>Der Lauf würde abgelehnt: Wählen Sie eine kleinere Größe oder kleinere Modelle.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::CreatePanel</name>
        <message>
            <source>Generate</source>
            <translation>Erzeugen</translation>
        </message>
        <message>
            <source>Embeddings</source>
            <translation>Embeddings</translation>
        </message>
        <message>
            <source>The example took the prompt's place.</source>
            <translation>Das Beispiel steht jetzt an der Stelle des Prompts.</translation>
        </message>
        <message>
            <source>The example took the class's place.</source>
            <translation>Das Beispiel steht jetzt an der Stelle der Klasse.</translation>
        </message>
        <message>
            <source>This model's own sampler (%1) is not available; %2 stands in for it.</source>
            <translation>Der eigene Sampler dieses Modells (%1) ist nicht verfügbar; %2 steht an seiner Stelle.</translation>
        </message>
        <message>
            <source>Add to queue</source>
            <translation>In die Warteschlange</translation>
        </message>
        <message>
            <source>Choose a pair of models.</source>
            <translation>Wählen Sie ein Modellpaar.</translation>
        </message>
        <message>
            <source>Leave out</source>
            <translation>Weglassen</translation>
        </message>
        <message>
            <source>Embeddings: %1</source>
            <translation>Embeddings: %1</translation>
        </message>
        <message>
            <source>Generate (Ctrl+Enter)</source>
            <translation>Erzeugen (Strg+Eingabe)</translation>
        </message>
        <message>
            <source>Picture to start from</source>
            <translation>Ausgangsbild</translation>
        </message>
        <message>
            <source>Second pass</source>
            <translation>Zweiter Durchgang</translation>
        </message>
        <message>
            <source>Second pass: %1</source>
            <translation>Zweiter Durchgang: %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::CudaRow</name>
        <message>
            <source>%1 of %2</source>
            <translation>%1 von %2</translation>
        </message>
        <message>
            <source>Cancel download of CUDA libraries</source>
            <translation>Download der CUDA-Bibliotheken abbrechen</translation>
        </message>
        <message>
            <source>Here; the next start of T-Stitch uses them.</source>
            <translation>Sind da; ab dem nächsten Start von T-Stitch werden sie benutzt.</translation>
        </message>
        <message>
            <source>Remove CUDA libraries</source>
            <translation>CUDA-Bibliotheken entfernen</translation>
        </message>
        <message>
            <source>%1, from their publishers and under their terms; for NVIDIA cards.</source>
            <translation>%1, von ihren Herausgebern und zu deren Bedingungen; für Karten von NVIDIA.</translation>
        </message>
        <message>
            <source>Fetch CUDA libraries</source>
            <translation>CUDA-Bibliotheken holen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::Database</name>
        <message>
            <source>%1 is damaged and cannot be moved aside.</source>
            <translation>%1 ist beschädigt und lässt sich nicht beiseitelegen.</translation>
        </message>
        <message>
            <source>The store of history and queue was damaged and is made anew; the old one lies in %1.</source>
            <translation>Der Speicher von Verlauf und Warteschlange war beschädigt und wird neu angelegt; der alte liegt in %1.</translation>
        </message>
        <message>
            <source>a newer version of the program wrote %1</source>
            <translation>eine neuere Fassung des Programms schrieb %1</translation>
        </message>
        <message>
            <source>History and queue are kept for this sitting only: %1 (%2).</source>
            <translation>Verlauf und Warteschlange bleiben nur für diese Sitzung: %1 (%2).</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::DecimalField</name>
        <message>
            <source>%1: "%2" is no number from %3 to %4 with at most %5 decimals.</source>
            <translation>%1: „%2“ ist keine Zahl von %3 bis %4 mit höchstens %5 Nachkommastellen.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::DesktopPresence</name>
        <message>
            <source>%1 - %2 %</source>
            <translation>%1 - %2 %</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::EngineList</name>
        <message>
            <source>%1: starting</source>
            <translation>%1: startet</translation>
        </message>
        <message>
            <source>%1: ready</source>
            <translation>%1: bereit</translation>
        </message>
        <message>
            <source>%1: lost: %2</source>
            <translation>%1: verloren: %2</translation>
        </message>
        <message>
            <source>Add engine</source>
            <translation>Rechenwerk hinzufügen</translation>
        </message>
        <message>
            <source>Remove engine</source>
            <translation>Rechenwerk entfernen</translation>
        </message>
        <message>
            <source>Engines</source>
            <translation>Rechenwerke</translation>
        </message>
        <message>
            <source>Engine command</source>
            <translation>Befehl des Rechenwerks</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::EngineWatch</name>
        <message>
            <source>Restart engine</source>
            <translation>Rechenwerk neu starten</translation>
        </message>
        <message>
            <source>Restart on the CPU</source>
            <translation>Auf der CPU neu starten</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::FileIntake</name>
        <message>
            <source>%1 was added as a LoRA.</source>
            <translation>%1 wurde als LoRA hinzugefügt.</translation>
        </message>
        <message>
            <source>%1 was added as a control.</source>
            <translation>%1 wurde als Kontrolle hinzugefügt.</translation>
        </message>
        <message>
            <source>In a prompt, %1 now stands for this textual inversion.</source>
            <translation>In einem Prompt steht %1 jetzt für diese Textual Inversion.</translation>
        </message>
        <message>
            <source>%1 is a model.</source>
            <translation>%1 ist ein Modell.</translation>
        </message>
        <message>
            <source>Choose a pair with it</source>
            <translation>Ein Paar damit wählen</translation>
        </message>
        <message>
            <source>%1 is %2; there is no place for it here.</source>
            <translation>%1 ist %2; dafür ist hier kein Platz.</translation>
        </message>
        <message>
            <source>Undo settings</source>
            <translation>Einstellungen zurücknehmen</translation>
        </message>
        <message>
            <source>%1 is now the autoencoder of this pair.</source>
            <translation>%1 ist jetzt der Autoencoder dieses Paars.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::FilmModel</name>
        <message>
            <source>step %1, %2</source>
            <translation>Schritt %1, %2</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::Filmstrip</name>
        <message>
            <source>Filmstrip</source>
            <translation>Filmstreifen</translation>
        </message>
        <message>
            <source>1 frame</source>
            <translation>1 Bild</translation>
        </message>
        <message numerus="yes">
            <source>%n frames</source>
            <translation>
                <numerusform>%n Bild</numerusform>
                <numerusform>%n Bilder</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::GridDesk</name>
        <message>
            <source>about %1</source>
            <translation>etwa %1</translation>
        </message>
        <message>
            <source>time not measured yet</source>
            <translation>Zeit noch nicht gemessen</translation>
        </message>
        <message>
            <source>Exported to %1</source>
            <translation>Exportiert nach %1</translation>
        </message>
        <message>
            <source>The axes of %1 were restored.</source>
            <translation>Die Achsen von %1 wurden wiederhergestellt.</translation>
        </message>
        <message>
            <source>Undo settings</source>
            <translation>Einstellungen zurücknehmen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::GridForm</name>
        <message>
            <source>Columns</source>
            <translation>Spalten</translation>
        </message>
        <message>
            <source>Rows</source>
            <translation>Zeilen</translation>
        </message>
        <message>
            <source>Ratios</source>
            <translation>Anteile</translation>
        </message>
        <message>
            <source>Percent given to the small denoiser: 0, 20, 40</source>
            <translation>Prozent für den kleinen Entrauscher: 0, 20, 40</translation>
        </message>
        <message>
            <source>Column values</source>
            <translation>Werte der Spalten</translation>
        </message>
        <message>
            <source>Seeds</source>
            <translation>Seeds</translation>
        </message>
        <message>
            <source>Seeds: 3, 4, 7-9. Empty: the seed of Create</source>
            <translation>Seeds: 3, 4, 7-9. Leer: der Seed von „Erzeugen“</translation>
        </message>
        <message>
            <source>Row values</source>
            <translation>Werte der Zeilen</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>Werte</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::GridOpener</name>
        <message>
            <source>There is no grid in %1 that can be read.</source>
            <translation>In %1 liegt kein Raster, das sich lesen lässt.</translation>
        </message>
        <message>
            <source>This grid does not say what its pictures are made from, so it cannot go on.</source>
            <translation>Dieses Raster sagt nicht, woraus seine Bilder gemacht sind, und kann deshalb nicht weitergehen.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::GridPage</name>
        <message>
            <source>Make grid</source>
            <translation>Raster erzeugen</translation>
        </message>
        <message>
            <source>Continue grid</source>
            <translation>Raster fortsetzen</translation>
        </message>
        <message>
            <source>Retry failed</source>
            <translation>Fehlgeschlagene wiederholen</translation>
        </message>
        <message>
            <source>Export grid</source>
            <translation>Raster exportieren</translation>
        </message>
        <message>
            <source>Grid: %1</source>
            <translation>Raster: %1</translation>
        </message>
        <message>
            <source>%1 of %2 saved</source>
            <translation>%1 von %2 gespeichert</translation>
        </message>
        <message>
            <source>%1 stopped</source>
            <translation>%1 angehalten</translation>
        </message>
        <message>
            <source>%1 failed: %2</source>
            <translation>%1 fehlgeschlagen: %2</translation>
        </message>
        <message>
            <source>saved %1 % by shared steps</source>
            <translation>%1 % durch gemeinsame Schritte gespart</translation>
        </message>
        <message>
            <source>Open grid</source>
            <translation>Raster öffnen</translation>
        </message>
        <message>
            <source>Compare cells</source>
            <translation>Zellen vergleichen</translation>
        </message>
        <message>
            <source>One picture for every column and row, with the settings of Create.</source>
            <translation>Ein Bild für jede Spalte und Zeile, mit den Einstellungen von „Erzeugen“.</translation>
        </message>
        <message>
            <source>Cell size</source>
            <translation>Größe der Zellen</translation>
        </message>
        <message>
            <source>How large the cells are; at the left end they fill the width</source>
            <translation>Wie groß die Zellen sind; am linken Ende füllen sie die Breite</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Export format</source>
            <translation>Format der Ausgabe</translation>
        </message>
        <message>
            <source>Plot</source>
            <translation>Kurve</translation>
        </message>
        <message>
            <source>Choose the folder of a grid</source>
            <translation>Ordner eines Rasters wählen</translation>
        </message>
        <message>
            <source>Select two finished cells, the second one with Ctrl</source>
            <translation>Zwei fertige Zellen auswählen, die zweite mit Strg</translation>
        </message>
        <message>
            <source>1 picture</source>
            <translation>1 Bild</translation>
        </message>
        <message numerus="yes">
            <source>%n pictures</source>
            <translation>
                <numerusform>%n Bild</numerusform>
                <numerusform>%n Bilder</numerusform>
            </translation>
        </message>
        <message>
            <source>%1, %2</source>
            <translation>%1, %2</translation>
        </message>
        <message>
            <source>Repeats</source>
            <translation>Wiederholungen</translation>
        </message>
        <message>
            <source>Each way is run so often, and its seconds are the median; the pictures are made once</source>
            <translation>So oft wird jeder Weg gerechnet, und seine Sekunden sind der Median; die Bilder entstehen einmal</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::HelpWindow</name>
        <message>
            <source>Set key</source>
            <translation>Taste setzen</translation>
        </message>
        <message>
            <source>Default key</source>
            <translation>Voreingestellte Taste</translation>
        </message>
        <message>
            <source>Copy report</source>
            <translation>Bericht kopieren</translation>
        </message>
        <message>
            <source>About</source>
            <translation>Über</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Hilfe</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Tasten</translation>
        </message>
        <message>
            <source>New key</source>
            <translation>Neue Taste</translation>
        </message>
        <message>
            <source>Press the keys that the chosen command is to have; empty = none</source>
            <translation>Drücken Sie die Tasten, die der gewählte Befehl haben soll; leer = keine</translation>
        </message>
        <message>
            <source>Version, system, settings and the last log lines, without paths and prompts</source>
            <translation>Version, System, Einstellungen und die letzten Zeilen des Protokolls, ohne Pfade und Prompts</translation>
        </message>
        <message>
            <source>How it works</source>
            <translation>So funktioniert es</translation>
        </message>
        <message>
            <source>A small, fast model draws the first steps of a picture, where its layout is decided, and a large one the rest. The trajectory bar says who does which step: teal and striped is small, violet and dotted is large.</source>
            <translation>Ein kleines, schnelles Modell zeichnet die ersten Schritte eines Bildes, in denen sich sein Aufbau entscheidet, ein großes den Rest. Der Balken der Trajektorie sagt, wer welchen Schritt macht: türkis gestreift ist klein, violett gepunktet ist groß.</translation>
        </message>
        <message>
            <source>Drag the seam, choose a preset, or say in how many seconds the picture is to be there. The same seed at another ratio keeps the picture's layout: the Grid page shows several beside each other.</source>
            <translation>Ziehen Sie die Naht, wählen Sie eine Voreinstellung oder sagen Sie, in wie vielen Sekunden das Bild da sein soll. Derselbe Seed behält bei einem anderen Anteil den Aufbau des Bildes: Die Seite „Raster“ zeigt mehrere nebeneinander.</translation>
        </message>
        <message>
            <source>Drop a picture on the window to get back its settings. Stop keeps what is saved; pressing it again holds the queue.</source>
            <translation>Ziehen Sie ein Bild auf das Fenster, um seine Einstellungen zurückzuholen. „Stopp“ behält, was gespeichert ist; ein zweiter Druck hält die Warteschlange an.</translation>
        </message>
        <message>
            <source>The report is in the clipboard.</source>
            <translation>Der Bericht liegt in der Zwischenablage.</translation>
        </message>
        <message>
            <source>%1 is taken: %2.</source>
            <translation>%1 ist vergeben: %2.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::HistoryActions</name>
        <message>
            <source>%1 is not in the history any more.</source>
            <translation>%1 steht nicht mehr im Verlauf.</translation>
        </message>
        <message>
            <source>No saved picture is shown that %1 could be compared with.</source>
            <translation>Es wird kein gespeichertes Bild gezeigt, mit dem %1 verglichen werden könnte.</translation>
        </message>
        <message>
            <source>%1 was taken out of the history; its file stays.</source>
            <translation>%1 wurde aus dem Verlauf genommen; die Datei bleibt.</translation>
        </message>
        <message>
            <source>The history was cleared; the files stay.</source>
            <translation>Der Verlauf wurde geleert; die Dateien bleiben.</translation>
        </message>
        <message>
            <source>Bring back</source>
            <translation>Zurückholen</translation>
        </message>
        <message>
            <source>%1 could not be moved to the trash. Nothing was deleted.</source>
            <translation>%1 konnte nicht in den Papierkorb gelegt werden. Nichts wurde gelöscht.</translation>
        </message>
        <message>
            <source>%1 was moved to the trash.</source>
            <translation>%1 wurde in den Papierkorb gelegt.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::HistoryPanel</name>
        <message>
            <source>Pair of pictures</source>
            <translation>Paar der Bilder</translation>
        </message>
        <message>
            <source>All pairs</source>
            <translation>Alle Paare</translation>
        </message>
        <message>
            <source>Ratio of pictures</source>
            <translation>Anteil der Bilder</translation>
        </message>
        <message>
            <source>All ratios</source>
            <translation>Alle Anteile</translation>
        </message>
        <message>
            <source>Time of pictures</source>
            <translation>Zeit der Bilder</translation>
        </message>
        <message>
            <source>Any time</source>
            <translation>Jederzeit</translation>
        </message>
        <message>
            <source>Starred only</source>
            <translation>Nur mit Stern</translation>
        </message>
        <message>
            <source>Star</source>
            <translation>Stern</translation>
        </message>
        <message>
            <source>Clear history</source>
            <translation>Verlauf leeren</translation>
        </message>
        <message>
            <source>Search history</source>
            <translation>Verlauf durchsuchen</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Heute</translation>
        </message>
        <message>
            <source>Last 7 days</source>
            <translation>Letzte 7 Tage</translation>
        </message>
        <message>
            <source>Last 30 days</source>
            <translation>Letzte 30 Tage</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Verlauf</translation>
        </message>
        <message>
            <source>Enter opens a picture; while B is held it stands in the place of the current one</source>
            <translation>Enter öffnet ein Bild; solange B gehalten wird, steht es an der Stelle des gezeigten</translation>
        </message>
        <message>
            <source>Use all</source>
            <translation>Alles verwenden</translation>
        </message>
        <message>
            <source>Use all but seed</source>
            <translation>Alles außer Seed verwenden</translation>
        </message>
        <message>
            <source>Use prompt</source>
            <translation>Prompt verwenden</translation>
        </message>
        <message>
            <source>Use seed</source>
            <translation>Seed verwenden</translation>
        </message>
        <message>
            <source>Compare with current</source>
            <translation>Mit dem gezeigten vergleichen</translation>
        </message>
        <message>
            <source>Show in folder</source>
            <translation>Im Ordner zeigen</translation>
        </message>
        <message>
            <source>Use as source picture</source>
            <translation>Als Ausgangsbild verwenden</translation>
        </message>
        <message>
            <source>Use as control picture</source>
            <translation>Als Kontrollbild verwenden</translation>
        </message>
        <message>
            <source>Remove from history</source>
            <translation>Aus dem Verlauf nehmen</translation>
        </message>
        <message>
            <source>Delete picture</source>
            <translation>Bild löschen</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
        <message>
            <source>History: %1 of %2</source>
            <translation>Verlauf: %1 von %2</translation>
        </message>
        <message>
            <source>Every picture that is saved stands here, with all its settings.</source>
            <translation>Hier steht jedes gespeicherte Bild mit all seinen Einstellungen.</translation>
        </message>
        <message>
            <source>No picture fits what is looked for.</source>
            <translation>Kein Bild passt zu dem, was gesucht wird.</translation>
        </message>
        <message>
            <source>All</source>
            <translation>Alles</translation>
        </message>
        <message>
            <source>All but seed</source>
            <translation>Alles außer Seed</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>Prompt</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>Remove from history: the file stays</source>
            <translation>Aus dem Verlauf nehmen: die Datei bleibt</translation>
        </message>
        <message>
            <source>Delete picture: the file goes to the trash</source>
            <translation>Bild löschen: die Datei kommt in den Papierkorb</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::LargeCell</name>
        <message>
            <source>Large cell</source>
            <translation>Große Zelle</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::LensDesk</name>
        <message>
            <source>hold a frame of the strip</source>
            <translation>Halten Sie ein Bild des Streifens</translation>
        </message>
        <message>
            <source>0 %</source>
            <translation>0 %</translation>
        </message>
        <message>
            <source>100 %</source>
            <translation>100 %</translation>
        </message>
        <message>
            <source>%1 is being made</source>
            <translation>%1 entsteht gerade</translation>
        </message>
        <message>
            <source>Exported to %1</source>
            <translation>Exportiert nach %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::LoraRow</name>
        <message>
            <source>How strongly it is added</source>
            <translation>Wie stark sie hinzugefügt wird</translation>
        </message>
        <message>
            <source>Which denoisers it is added to</source>
            <translation>Zu welchen Entrauschern sie hinzugefügt wird</translation>
        </message>
        <message>
            <source>LoRA: file, or drop one on the window</source>
            <translation>LoRA: Datei, oder eine auf das Fenster ziehen</translation>
        </message>
        <message>
            <source>Remove this LoRA</source>
            <translation>Diese LoRA entfernen</translation>
        </message>
        <message>
            <source>LoRA file</source>
            <translation>LoRA-Datei</translation>
        </message>
        <message>
            <source>LoRA strength</source>
            <translation>LoRA-Stärke</translation>
        </message>
        <message>
            <source>LoRA on</source>
            <translation>LoRA auf</translation>
        </message>
        <message>
            <source>Remove LoRA</source>
            <translation>LoRA entfernen</translation>
        </message>
        <message>
            <source>Both</source>
            <translation>Beide</translation>
        </message>
        <message>
            <source>Small</source>
            <translation>Klein</translation>
        </message>
        <message>
            <source>Large</source>
            <translation>Groß</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <translation>%1, %2</translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1: %2</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::MachinePage</name>
        <message numerus="yes">
            <source>Processor: %1, %n core(s), %2</source>
            <translation>
                <numerusform>Prozessor: %1, %n Kern, %2</numerusform>
                <numerusform>Prozessor: %1, %n Kerne, %2</numerusform>
            </translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>unbekannt</translation>
        </message>
        <message>
            <source>Without AVX2 networks are computed slower; another machine is faster.</source>
            <translation>Ohne AVX2 rechnen Netze langsamer; ein anderer Rechner ist schneller.</translation>
        </message>
        <message>
            <source>Memory: %1 of %2 free</source>
            <translation>Speicher: %1 von %2 frei</translation>
        </message>
        <message>
            <source>Close other programs before a large model; the page Plan says what each needs.</source>
            <translation>Schließen Sie vor einem großen Modell andere Programme; die Seite Plan sagt, was jedes braucht.</translation>
        </message>
        <message>
            <source>%1 %2 ms</source>
            <translation>%1 %2 ms</translation>
        </message>
        <message>
            <source>%1 %2 ms with an error of %3 %</source>
            <translation>%1 %2 ms mit einem Fehler von %3 %</translation>
        </message>
        <message>
            <source>Automatic precision: %1 (%2)</source>
            <translation>Automatische Genauigkeit: %1 (%2)</translation>
        </message>
        <message>
            <source>Measured: %1 per step at %2 x %3, %4</source>
            <translation>Gemessen: %1 je Schritt bei %2 x %3, %4</translation>
        </message>
        <message>
            <source>This machine</source>
            <translation>Dieser Rechner</translation>
        </message>
        <message>
            <source>Device: CUDA</source>
            <translation>Gerät: CUDA</translation>
        </message>
        <message>
            <source>Device: the processor; what CUDA wants, &quot;tstitch check&quot; says.</source>
            <translation>Gerät: der Prozessor; was CUDA braucht, sagt „tstitch check“.</translation>
        </message>
        <message>
            <source>Nothing is measured yet: the first picture does it.</source>
            <translation>Noch ist nichts gemessen: Das tut das erste Bild.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::MainWindow</name>
        <message>
            <source>T-Stitch Studio</source>
            <translation>T-Stitch Studio</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>Create</source>
            <translation>Erzeugen</translation>
        </message>
        <message>
            <source>Grid</source>
            <translation>Raster</translation>
        </message>
        <message>
            <source>Settings...</source>
            <translation>Einstellungen ...</translation>
        </message>
        <message>
            <source>Choose models...</source>
            <translation>Modelle wählen ...</translation>
        </message>
        <message>
            <source>Full screen</source>
            <translation>Vollbild</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Hilfe</translation>
        </message>
        <message>
            <source>About...</source>
            <translation>Über ...</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Beenden</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>Menü</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Start what the page makes</source>
            <translation>Starten, was die Seite macht</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stopp</translation>
        </message>
        <message>
            <source>Page %1</source>
            <translation>Seite %1</translation>
        </message>
        <message>
            <source>List of keys</source>
            <translation>Liste der Tasten</translation>
        </message>
        <message>
            <source>Undo settings</source>
            <translation>Einstellungen zurücknehmen</translation>
        </message>
        <message>
            <source>The same settings made %1 before; the picture will be equal.</source>
            <translation>Dieselben Einstellungen ergaben schon %1; das Bild wird gleich sein.</translation>
        </message>
        <message>
            <source>A picture is being made. Stop it and close?</source>
            <translation>Ein Bild entsteht gerade. Anhalten und schließen?</translation>
        </message>
        <message>
            <source>Stop and close</source>
            <translation>Anhalten und schließen</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Vergleichen</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Verlauf</translation>
        </message>
        <message>
            <source>History panel</source>
            <translation>Verlauf zeigen</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>Queue panel</source>
            <translation>Warteschlange zeigen</translation>
        </message>
        <message>
            <source>Hide or show the panels</source>
            <translation>Seitenleisten aus- oder einblenden</translation>
        </message>
        <message>
            <source>No saved picture is shown that a run could start from.</source>
            <translation>Es wird kein gespeichertes Bild gezeigt, von dem ein Lauf ausgehen könnte.</translation>
        </message>
        <message>
            <source>Plan</source>
            <translation>Plan</translation>
        </message>
        <message>
            <source>This pair draws classes and reads no words.</source>
            <translation>Dieses Paar zeichnet Klassen und liest keine Wörter.</translation>
        </message>
        <message>
            <source>%1 stands in the prompt.</source>
            <translation>%1 steht im Prompt.</translation>
        </message>
        <message>
            <source>CUDA libraries</source>
            <translation>CUDA-Bibliotheken</translation>
        </message>
        <message>
            <source>The CUDA libraries are here; the next start of T-Stitch uses them.</source>
            <translation>Die CUDA-Bibliotheken sind da; ab dem nächsten Start von T-Stitch werden sie benutzt.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::MaskCanvas</name>
        <message>
            <source>Mask painter</source>
            <translation>Maskenmaler</translation>
        </message>
        <message>
            <source>%1 % is drawn anew</source>
            <translation>%1 % wird neu gezeichnet</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::MaskDialog</name>
        <message>
            <source>Undo</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>Paint a mask</source>
            <translation>Maske malen</translation>
        </message>
        <message>
            <source>What is painted is drawn anew, the rest stays. The right button takes away; with the keyboard the arrows move the brush, Space paints, [ and ] change its size.</source>
            <translation>Was gemalt ist, wird neu gezeichnet, der Rest bleibt. Die rechte Taste nimmt weg; auf der Tastatur bewegen die Pfeile den Pinsel, die Leertaste malt, [ und ] ändern seine Größe.</translation>
        </message>
        <message>
            <source>Use mask</source>
            <translation>Maske nehmen</translation>
        </message>
        <message>
            <source>Brush size</source>
            <translation>Pinselgröße</translation>
        </message>
        <message>
            <source>Erase</source>
            <translation>Radieren</translation>
        </message>
        <message>
            <source>Invert</source>
            <translation>Umkehren</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>Leeren</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::MemoryView</name>
        <message>
            <source>Memory over the run</source>
            <translation>Speicher während des Laufs</translation>
        </message>
        <message>
            <source>not known yet</source>
            <translation>noch nicht bekannt</translation>
        </message>
        <message>
            <source>What a run needs stands here as soon as a pair is chosen.</source>
            <translation>Was ein Lauf braucht, steht hier, sobald ein Paar gewählt ist.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ModelField</name>
        <message>
            <source>%1 M parameters</source>
            <translation>%1 Mio. Parameter</translation>
        </message>
        <message>
            <source>There is no such file or folder, and no known model of this name.</source>
            <translation>Es gibt keine solche Datei, keinen solchen Ordner und kein bekanntes Modell dieses Namens.</translation>
        </message>
        <message>
            <source>It cannot be read.</source>
            <translation>Es kann nicht gelesen werden.</translation>
        </message>
        <message>
            <source>This is %1, not %2.</source>
            <translation>Das ist %1, nicht %2.</translation>
        </message>
        <message>
            <source> or </source>
            <translation> oder </translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ModelShelf</name>
        <message>
            <source>Write the path of a folder with models, or choose one.</source>
            <translation>Schreiben Sie den Pfad eines Ordners mit Modellen oder wählen Sie einen.</translation>
        </message>
        <message>
            <source>%1 is searched already.</source>
            <translation>%1 wird schon durchsucht.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ModelsDesk</name>
        <message>
            <source>one model</source>
            <translation>ein Modell</translation>
        </message>
        <message>
            <source>%1 models</source>
            <translation>%1 Modelle</translation>
        </message>
        <message>
            <source>The download of %1 goes on.</source>
            <translation>Das Herunterladen von %1 geht weiter.</translation>
        </message>
        <message>
            <source>missing</source>
            <translation>fehlt</translation>
        </message>
        <message>
            <source>for this start</source>
            <translation>für diesen Start</translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1: %2</translation>
        </message>
        <message>
            <source>one folder</source>
            <translation>einem Ordner</translation>
        </message>
        <message>
            <source>%1 folders</source>
            <translation>%1 Ordnern</translation>
        </message>
        <message>
            <source>%1 in %2</source>
            <translation>%1 in %2</translation>
        </message>
        <message>
            <source>looking, %1 so far</source>
            <translation>sucht, bisher %1</translation>
        </message>
        <message>
            <source>%1
Licence: %2</source>
            <translation>%1
Lizenz: %2</translation>
        </message>
        <message>
            <source>Choose a small model that fits, then save the pair under a name.</source>
            <translation>Wählen Sie ein kleines Modell, das passt, und speichern Sie das Paar unter einem Namen.</translation>
        </message>
        <message>
            <source>%1 does not fit: %2</source>
            <translation>%1 passt nicht: %2</translation>
        </message>
        <message>
            <source>The pair is saved as %1.</source>
            <translation>Das Paar ist als %1 gespeichert.</translation>
        </message>
        <message>
            <source>%1 is under this licence: %2</source>
            <translation>%1 steht unter dieser Lizenz: %2</translation>
        </message>
        <message>
            <source>%1: %2 (here)</source>
            <translation>%1: %2 (hier)</translation>
        </message>
        <message>
            <source>Its files are fetched only when you accept.</source>
            <translation>Die Dateien werden erst geholt, wenn Sie zustimmen.</translation>
        </message>
        <message>
            <source>%1: asking the hub</source>
            <translation>%1: fragt den Hub</translation>
        </message>
        <message>
            <source>%1: %2 of %3</source>
            <translation>%1: %2 von %3</translation>
        </message>
        <message>
            <source>%1: cancelled; what has come stays for the next time.</source>
            <translation>%1: abgebrochen; was da ist, bleibt für das nächste Mal.</translation>
        </message>
        <message>
            <source>%1: failed</source>
            <translation>%1: fehlgeschlagen</translation>
        </message>
        <message>
            <source>%1 is here.</source>
            <translation>%1 ist da.</translation>
        </message>
        <message>
            <source>The files come to this machine. The engine is another program (%1): if it runs on another machine, run tstitch models fetch %2 there.</source>
            <translation>Die Dateien kommen auf diesen Rechner. Die Engine ist ein anderes Programm (%1): Läuft es auf einem anderen Rechner, rufen Sie dort tstitch models fetch %2 auf.</translation>
        </message>
        <message>
            <source>%1 is on this machine, but the engine (%2) does not have it: run tstitch models fetch %3 there.</source>
            <translation>%1 ist auf diesem Rechner, aber die Engine (%2) hat es nicht: Rufen Sie dort tstitch models fetch %3 auf.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ModelsPage</name>
        <message>
            <source>Search models</source>
            <translation>Modelle suchen</translation>
        </message>
        <message>
            <source>Models that lie on this machine stand here as soon as they are found. Add the folder of another program, or one of your own: nothing in it is copied or changed.</source>
            <translation>Modelle auf diesem Rechner stehen hier, sobald sie gefunden sind. Fügen Sie den Ordner eines anderen Programms oder einen eigenen hinzu: Nichts darin wird kopiert oder geändert.</translation>
        </message>
        <message>
            <source>Use as large</source>
            <translation>Als großes nehmen</translation>
        </message>
        <message>
            <source>Use as small</source>
            <translation>Als kleines nehmen</translation>
        </message>
        <message>
            <source>Pair name</source>
            <translation>Name des Paars</translation>
        </message>
        <message>
            <source>Name of the pair</source>
            <translation>Name des Paars</translation>
        </message>
        <message>
            <source>Save pair</source>
            <translation>Paar speichern</translation>
        </message>
        <message>
            <source>Folder path</source>
            <translation>Pfad des Ordners</translation>
        </message>
        <message>
            <source>Folder with models</source>
            <translation>Ordner mit Modellen</translation>
        </message>
        <message>
            <source>Add folder</source>
            <translation>Ordner hinzufügen</translation>
        </message>
        <message>
            <source>Remove folder</source>
            <translation>Ordner entfernen</translation>
        </message>
        <message>
            <source>Rescan</source>
            <translation>Neu suchen</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>Herunterladen</translation>
        </message>
        <message>
            <source>Accept licence</source>
            <translation>Lizenz annehmen</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>Ablehnen</translation>
        </message>
        <message>
            <source>Cancel download</source>
            <translation>Herunterladen abbrechen</translation>
        </message>
        <message>
            <source>not yet</source>
            <translation>noch nicht</translation>
        </message>
        <message>
            <source>Kind of models</source>
            <translation>Art der Modelle</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>Alles</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRAs</translation>
        </message>
        <message>
            <source>ControlNets</source>
            <translation>ControlNets</translation>
        </message>
        <message>
            <source>Embeddings</source>
            <translation>Embeddings</translation>
        </message>
        <message>
            <source>Autoencoders</source>
            <translation>Autoencoder</translation>
        </message>
        <message>
            <source>To download</source>
            <translation>Zum Herunterladen</translation>
        </message>
        <message>
            <source>Selected</source>
            <translation>Ausgewählt</translation>
        </message>
        <message>
            <source>Pair</source>
            <translation>Paar</translation>
        </message>
        <message>
            <source>Folders</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Model folders</source>
            <translation>Ordner mit Modellen</translation>
        </message>
        <message>
            <source>Scan: %1</source>
            <translation>Suche: %1</translation>
        </message>
        <message>
            <source>Choose a model in the list.</source>
            <translation>Wählen Sie ein Modell in der Liste.</translation>
        </message>
        <message>
            <source>Large: %1</source>
            <translation>Groß: %1</translation>
        </message>
        <message>
            <source>none yet</source>
            <translation>noch keines</translation>
        </message>
        <message>
            <source>Small: %1</source>
            <translation>Klein: %1</translation>
        </message>
        <message>
            <source>Choose a folder with models</source>
            <translation>Ordner mit Modellen wählen</translation>
        </message>
        <message>
            <source>Use in Create</source>
            <translation>In Erstellen verwenden</translation>
        </message>
        <message>
            <source>Adds it to the settings; of a textual inversion, its word to the prompt</source>
            <translation>Nimmt es in die Einstellungen auf; von einer Textual Inversion kommt ihr Wort in den Prompt</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::NoticeBar</name>
        <message>
            <source>Notice: %1</source>
            <translation>Hinweis: %1</translation>
        </message>
        <message>
            <source>Close notice</source>
            <translation>Hinweis schließen</translation>
        </message>
        <message>
            <source>Close notice %1</source>
            <translation>Hinweis %1 schließen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PageStack</name>
        <message>
            <source>Pages</source>
            <translation>Seiten</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PairBox</name>
        <message>
            <source>Pair</source>
            <translation>Paar</translation>
        </message>
        <message>
            <source>Other latents</source>
            <translation>Andere Latents</translation>
        </message>
        <message>
            <source>Choose models...</source>
            <translation>Modelle wählen ...</translation>
        </message>
        <message>
            <source>%1 (missing)</source>
            <translation>%1 (fehlt)</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PairCare</name>
        <message>
            <source>The models were let go; the next run loads them again.</source>
            <translation>Die Modelle wurden freigegeben; der nächste Lauf lädt sie wieder.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PairCatalog</name>
        <message>
            <source>Stable Diffusion latents</source>
            <translation>Latents von Stable Diffusion</translation>
        </message>
        <message>
            <source>SDXL latents</source>
            <translation>Latents von SDXL</translation>
        </message>
        <message>
            <source>Latent Diffusion VQ latents</source>
            <translation>VQ-Latents von Latent Diffusion</translation>
        </message>
        <message>
            <source>Latents of %1 channels, 1/%2 of the size, scale %3</source>
            <translation>Latents mit %1 Kanälen, 1/%2 der Größe, Skala %3</translation>
        </message>
        <message>
            <source>Does not stitch: %1</source>
            <translation>Passt nicht zusammen: %1</translation>
        </message>
        <message>
            <source>There is nothing at %1 now.</source>
            <translation>Unter %1 liegt zurzeit nichts.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PairSession</name>
        <message>
            <source>There is no pair named %1.</source>
            <translation>Es gibt kein Paar namens %1.</translation>
        </message>
        <message>
            <source>There is a pair named %1 already.</source>
            <translation>Es gibt schon ein Paar namens %1.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PictureActions</name>
        <message>
            <source>%1 could not be written: %2</source>
            <translation>%1 konnte nicht geschrieben werden: %2</translation>
        </message>
        <message>
            <source>Save as...</source>
            <translation>Speichern unter ...</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Use its settings</source>
            <translation>Seine Einstellungen verwenden</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>Bild speichern</translation>
        </message>
        <message>
            <source>PNG picture (*.png)</source>
            <translation>PNG-Bild (*.png)</translation>
        </message>
        <message>
            <source>Saved as %1.</source>
            <translation>Gespeichert als %1.</translation>
        </message>
        <message>
            <source>The folder %1 is not there any more.</source>
            <translation>Den Ordner %1 gibt es nicht mehr.</translation>
        </message>
        <message>
            <source>No program here opens folders. The picture lies in %1.</source>
            <translation>Kein Programm hier öffnet Ordner. Das Bild liegt in %1.</translation>
        </message>
        <message>
            <source>Use as source picture</source>
            <translation>Als Ausgangsbild nehmen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PictureView</name>
        <message>
            <source>Picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>preview after step %1</source>
            <translation>Vorschau nach Schritt %1</translation>
        </message>
        <message>
            <source>nothing yet</source>
            <translation>noch nichts</translation>
        </message>
        <message>
            <source>Write a prompt and press Ctrl+Enter.
Drop a picture here to restore its settings.</source>
            <translation>Schreiben Sie einen Prompt und drücken Sie Strg+Eingabe.
Ziehen Sie ein Bild hierher, um seine Einstellungen zurückzuholen.</translation>
        </message>
        <message>
            <source>0 %: large alone, fine</source>
            <translation>0 %: nur groß, fein</translation>
        </message>
        <message>
            <source>40 %: small begins, nearly as fine</source>
            <translation>40 %: klein beginnt, fast so fein</translation>
        </message>
        <message>
            <source>100 %: small alone, fast</source>
            <translation>100 %: nur klein, schnell</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlaceField</name>
        <message>
            <source>Browse...</source>
            <translation>Durchsuchen ...</translation>
        </message>
        <message>
            <source>Browse: %1</source>
            <translation>Durchsuchen: %1</translation>
        </message>
        <message>
            <source>Folder...</source>
            <translation>Ordner ...</translation>
        </message>
        <message>
            <source>File...</source>
            <translation>Datei ...</translation>
        </message>
        <message>
            <source>Choose: %1</source>
            <translation>Wählen: %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlanDesk</name>
        <message>
            <source>is being looked at</source>
            <translation>wird angesehen</translation>
        </message>
        <message>
            <source>no pair is chosen</source>
            <translation>kein Paar gewählt</translation>
        </message>
        <message>
            <source>no: %1</source>
            <translation>nein: %1</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>nicht gemessen</translation>
        </message>
        <message>
            <source>running</source>
            <translation>läuft</translation>
        </message>
        <message>
            <source>Makes a grid of ratios and step counts from Create's settings and times each picture.</source>
            <translation>Macht aus den Einstellungen von „Erstellen“ ein Raster von Anteilen und Schrittzahlen und misst jedes Bild.</translation>
        </message>
        <message>
            <source>%1 at %2x%3 stands in Create.</source>
            <translation>%1 bei %2x%3 steht in „Erstellen“.</translation>
        </message>
        <message>
            <source>%1 steps at %2 % stand in Create.</source>
            <translation>%1 Schritte bei %2 % stehen in „Erstellen“.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlanPage</name>
        <message>
            <source>Facts</source>
            <translation>Tatsachen</translation>
        </message>
        <message>
            <source>Bench</source>
            <translation>Messen</translation>
        </message>
        <message>
            <source>Measured</source>
            <translation>Gemessen</translation>
        </message>
        <message>
            <source>Pairs that were timed on this machine, here or with tstitch bench, stand here; a press on one puts it into Create.</source>
            <translation>Paare, die auf diesem Rechner gemessen wurden, hier oder mit tstitch bench, stehen hier; ein Druck bringt eines nach „Erstellen“.</translation>
        </message>
        <message>
            <source>Points</source>
            <translation>Punkte</translation>
        </message>
        <message>
            <source>Use the best</source>
            <translation>Besten nehmen</translation>
        </message>
        <message>
            <source>Measure ratios</source>
            <translation>Anteile messen</translation>
        </message>
        <message>
            <source>no pair is chosen</source>
            <translation>kein Paar gewählt</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>nicht gemessen</translation>
        </message>
        <message>
            <source>Times a few steps of each model, the text and the decoder</source>
            <translation>Misst einige Schritte jedes Modells, den Text und den Decoder</translation>
        </message>
        <message>
            <source>Plan budget</source>
            <translation>Zeitbudget des Plans</translation>
        </message>
        <message>
            <source> s</source>
            <translation> s</translation>
        </message>
        <message>
            <source>no limit</source>
            <translation>keine Grenze</translation>
        </message>
        <message>
            <source>Memory over the run</source>
            <translation>Speicher während des Laufs</translation>
        </message>
        <message>
            <source>Time against difference</source>
            <translation>Zeit gegen Unterschied</translation>
        </message>
        <message>
            <source>Within</source>
            <translation>Innerhalb von</translation>
        </message>
        <message>
            <source>Stitch: %1</source>
            <translation>Zusammensetzbar: %1</translation>
        </message>
        <message>
            <source>Bench: %1</source>
            <translation>Messung: %1</translation>
        </message>
        <message>
            <source>nothing that was measured is as fast</source>
            <translation>nichts Gemessenes ist so schnell</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlanPointModel</name>
        <message>
            <source>%1, best</source>
            <translation>%1, am besten</translation>
        </message>
        <message>
            <source>%1, predicted</source>
            <translation>%1, vorausgesagt</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlanPointView</name>
        <message>
            <source>Plot of time and difference</source>
            <translation>Diagramm von Zeit und Unterschied</translation>
        </message>
        <message>
            <source>Measure ratios, and each step count and ratio stands here with its time and its difference.</source>
            <translation>Messen Sie Anteile, und jede Schrittzahl mit jedem Anteil steht hier mit Zeit und Unterschied.</translation>
        </message>
        <message>
            <source>difference (RMS)</source>
            <translation>Unterschied (RMS)</translation>
        </message>
        <message>
            <source>seconds</source>
            <translation>Sekunden</translation>
        </message>
        <message>
            <source>%1 % of %2</source>
            <translation>%1 % von %2</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlayBar</name>
        <message>
            <source>Switch now</source>
            <translation>Jetzt wechseln</translation>
        </message>
        <message>
            <source>The large denoiser takes over from the next evaluation on</source>
            <translation>Der große Entrauscher übernimmt ab der nächsten Auswertung</translation>
        </message>
        <message>
            <source>Branch here</source>
            <translation>Hier abzweigen</translation>
        </message>
        <message>
            <source>Hand over to the large denoiser after the frame that is held</source>
            <translation>Nach dem gehaltenen Bild an den großen Entrauscher übergeben</translation>
        </message>
        <message>
            <source>Finish from here</source>
            <translation>Ab hier fertigstellen</translation>
        </message>
        <message>
            <source>Make the picture of this seam from the kept small trajectory</source>
            <translation>Das Bild dieser Naht aus der behaltenen kleinen Trajektorie machen</translation>
        </message>
        <message>
            <source>Keep small trajectory</source>
            <translation>Kleine Trajektorie behalten</translation>
        </message>
        <message>
            <source>Lens</source>
            <translation>Lupe</translation>
        </message>
        <message>
            <source>A round glass under the pointer shows the same place of another ratio. Hold P to peel the large denoiser's work off</source>
            <translation>Ein rundes Glas unter dem Zeiger zeigt dieselbe Stelle eines anderen Anteils. Halten Sie P, um die Arbeit des großen Entrauschers abzuziehen</translation>
        </message>
        <message>
            <source>Export loop</source>
            <translation>Schleife exportieren</translation>
        </message>
        <message>
            <source>Write a short animation of the large denoiser's work beside the picture</source>
            <translation>Eine kurze Animation der Arbeit des großen Entrauschers neben das Bild schreiben</translation>
        </message>
        <message>
            <source>Blind taste</source>
            <translation>Blindprobe</translation>
        </message>
        <message>
            <source>Twelve hidden pairs: can you tell 0 % from this ratio?</source>
            <translation>Zwölf verdeckte Paare: Können Sie 0 % von diesem Anteil unterscheiden?</translation>
        </message>
        <message>
            <source>States of the last request's small denoiser stay in memory, so that the seam can be dragged</source>
            <translation>Zustände des kleinen Entrauschers der letzten Anfrage bleiben im Speicher, damit sich die Naht ziehen lässt</translation>
        </message>
        <message>
            <source>Lens shows</source>
            <translation>Lupe zeigt</translation>
        </message>
        <message>
            <source>0 %</source>
            <translation>0 %</translation>
        </message>
        <message>
            <source>100 %</source>
            <translation>100 %</translation>
        </message>
        <message>
            <source>held frame</source>
            <translation>gehaltenes Bild</translation>
        </message>
        <message>
            <source>Lens off</source>
            <translation>Lupe aus</translation>
        </message>
        <message>
            <source>on</source>
            <translation>auf</translation>
        </message>
        <message>
            <source>off</source>
            <translation>aus</translation>
        </message>
        <message>
            <source>Switch</source>
            <translation>Wechseln</translation>
        </message>
        <message>
            <source>Branch</source>
            <translation>Abzweigen</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>Fertig</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>Behalten</translation>
        </message>
        <message>
            <source>Loop</source>
            <translation>Schleife</translation>
        </message>
        <message>
            <source>Taste</source>
            <translation>Kosten</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PlayDesk</name>
        <message>
            <source>finished from step %1, not saved</source>
            <translation>fertig ab Schritt %1, nicht gespeichert</translation>
        </message>
        <message>
            <source>small preview after step %1</source>
            <translation>kleine Vorschau nach Schritt %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PreferencesDialog</name>
        <message>
            <source>Preferences</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>Aussehen</translation>
        </message>
        <message>
            <source>As the desktop</source>
            <translation>Wie der Desktop</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Preview</source>
            <translation>Vorschau</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Fast (linear)</source>
            <translation>Schnell (linear)</translation>
        </message>
        <message>
            <source>Better (tiny decoder)</source>
            <translation>Besser (kleiner Decoder)</translation>
        </message>
        <message>
            <source>Full decoder</source>
            <translation>Voller Decoder</translation>
        </message>
        <message>
            <source>Preview every</source>
            <translation>Vorschau alle</translation>
        </message>
        <message>
            <source>Output folder</source>
            <translation>Ausgabeordner</translation>
        </message>
        <message>
            <source>Given at the start by --output; the folder chosen here before counts again without it.</source>
            <translation>Beim Start durch --output gegeben; ohne das gilt wieder der Ordner, der hier gewählt wurde.</translation>
        </message>
        <message>
            <source>Write the settings into each picture</source>
            <translation>Die Einstellungen in jedes Bild schreiben</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>Genauigkeit</translation>
        </message>
        <message>
            <source>This machine computes it far slower than fp32</source>
            <translation>Dieser Rechner rechnet damit viel langsamer als mit fp32</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>Gerät</translation>
        </message>
        <message>
            <source>CPU</source>
            <translation>CPU</translation>
        </message>
        <message>
            <source>CUDA</source>
            <translation>CUDA</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>Threads</translation>
        </message>
        <message>
            <source>As many as this program may use</source>
            <translation>So viele, wie das Programm verwenden darf</translation>
        </message>
        <message>
            <source>Engines</source>
            <translation>Rechenwerke</translation>
        </message>
        <message>
            <source>Finish neighbouring ratios while nothing else is to do</source>
            <translation>Benachbarte Anteile fertigstellen, solange nichts anderes zu tun ist</translation>
        </message>
        <message>
            <source>Dragging the seam then turns over finished pictures; never on battery</source>
            <translation>Beim Ziehen der Naht blättert man dann durch fertige Bilder; nie im Akkubetrieb</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PresetRow</name>
        <message>
            <source>Quality</source>
            <translation>Qualität</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>Ausgewogen</translation>
        </message>
        <message>
            <source>Fast</source>
            <translation>Schnell</translation>
        </message>
        <message>
            <source> s</source>
            <translation> s</translation>
        </message>
        <message>
            <source>Time budget</source>
            <translation>Zeitvorgabe</translation>
        </message>
        <message>
            <source>The seconds that a picture may take; 0 = as long as it takes</source>
            <translation>Die Sekunden, die ein Bild dauern darf; 0 = so lange es dauert</translation>
        </message>
        <message>
            <source>in</source>
            <translation>in</translation>
        </message>
        <message>
            <source>%1 % small</source>
            <translation>%1 % klein</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PromptField</name>
        <message>
            <source>Names</source>
            <translation>Namen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::PromptSection</name>
        <message>
            <source>Prompt</source>
            <translation>Prompt</translation>
        </message>
        <message>
            <source>What should the picture show?</source>
            <translation>Was soll das Bild zeigen?</translation>
        </message>
        <message>
            <source>Negative prompt</source>
            <translation>Negativer Prompt</translation>
        </message>
        <message>
            <source>Negative prompt: what to keep out</source>
            <translation>Negativer Prompt: was nicht ins Bild soll</translation>
        </message>
        <message>
            <source>Weighted (x:1.2)</source>
            <translation>Gewichtet (x:1.2)</translation>
        </message>
        <message>
            <source>Plain text</source>
            <translation>Einfacher Text</translation>
        </message>
        <message>
            <source>Prompt syntax</source>
            <translation>Schreibweise des Prompts</translation>
        </message>
        <message>
            <source>How brackets in the prompt are read</source>
            <translation>Wie Klammern im Prompt gelesen werden</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 von %2</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>nicht bekannt</translation>
        </message>
        <message>
            <source>Tokens: %1</source>
            <translation>Tokens: %1</translation>
        </message>
        <message>
            <source>Tokens of the prompt and how many fit, with the marks of its start and its end</source>
            <translation>Tokens des Prompts und wie viele hineinpassen, mit den Zeichen für Anfang und Ende</translation>
        </message>
        <message>
            <source>What is struck through is cut: the model does not see it.</source>
            <translation>Was durchgestrichen ist, wird abgeschnitten: Das Modell sieht es nicht.</translation>
        </message>
        <message>
            <source>Not known to %1: %2. It draws %3 things: try %4.</source>
            <translation>%1 kennt nicht: %2. Es zeichnet %3 Dinge: Versuchen Sie %4.</translation>
        </message>
        <message>
            <source>Behind each dashed line a further window of the text encoder begins.</source>
            <translation>Hinter jeder gestrichelten Linie beginnt ein weiteres Fenster des Text-Encoders.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::QueueModel</name>
        <message>
            <source>running %1/%2</source>
            <translation>läuft %1/%2</translation>
        </message>
        <message>
            <source>failed: %1</source>
            <translation>gescheitert: %1</translation>
        </message>
        <message>
            <source>interrupted</source>
            <translation>unterbrochen</translation>
        </message>
        <message>
            <source>pending</source>
            <translation>wartet</translation>
        </message>
        <message>
            <source>"%1", grid of %2 pictures, seed %3</source>
            <translation>"%1", Raster aus %2 Bildern, Seed %3</translation>
        </message>
        <message>
            <source>"%1", %2 %, seed %3</source>
            <translation>"%1", %2 %, Seed %3</translation>
        </message>
        <message>
            <source>%1, %2 pictures</source>
            <translation>%1, %2 Bilder</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::QueuePanel</name>
        <message>
            <source>Pause queue</source>
            <translation>Warteschlange anhalten</translation>
        </message>
        <message>
            <source>Remove ended</source>
            <translation>Beendete entfernen</translation>
        </message>
        <message>
            <source>Jobs that wait stand here. They are still there after a restart.</source>
            <translation>Hier stehen wartende Aufträge. Nach einem Neustart sind sie noch da.</translation>
        </message>
        <message>
            <source>Move up</source>
            <translation>Nach oben</translation>
        </message>
        <message>
            <source>Move down</source>
            <translation>Nach unten</translation>
        </message>
        <message>
            <source>To front</source>
            <translation>Ganz nach vorn</translation>
        </message>
        <message>
            <source>Remove job</source>
            <translation>Auftrag entfernen</translation>
        </message>
        <message>
            <source>Retry job</source>
            <translation>Auftrag wiederholen</translation>
        </message>
        <message>
            <source>Takes failed and interrupted jobs out of the queue</source>
            <translation>Nimmt gescheiterte und unterbrochene Aufträge aus der Warteschlange</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>one job waits</source>
            <translation>ein Auftrag wartet</translation>
        </message>
        <message>
            <source>%1 jobs wait</source>
            <translation>%1 Aufträge warten</translation>
        </message>
        <message>
            <source>The queue is paused, %1.</source>
            <translation>Die Warteschlange ist angehalten, %1.</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Weitermachen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RatioGridModel</name>
        <message>
            <source>stopped</source>
            <translation>angehalten</translation>
        </message>
        <message>
            <source>waiting</source>
            <translation>wartet</translation>
        </message>
        <message>
            <source>running</source>
            <translation>läuft</translation>
        </message>
        <message>
            <source>saved %1</source>
            <translation>gespeichert %1</translation>
        </message>
        <message>
            <source>failed: %1</source>
            <translation>fehlgeschlagen: %1</translation>
        </message>
        <message>
            <source>   %1%2 %</source>
            <translation>   %1%2 %</translation>
        </message>
        <message>
            <source>%1
RMS %2 to 0 %</source>
            <translation>%1
RMS %2 zu 0 %</translation>
        </message>
        <message>
            <source>%1
RMS %2, SSIM %3 to 0 %</source>
            <translation>%1
RMS %2, SSIM %3 zu 0 %</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RatioPlotModel</name>
        <message>
            <source>%1 %: %2 s, RMS %3, SSIM %4</source>
            <translation>%1 %: %2 s, RMS %3, SSIM %4</translation>
        </message>
        <message>
            <source>, knee</source>
            <translation>, Knie</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RatioPlotView</name>
        <message>
            <source>Plot picture</source>
            <translation>Bild der Kurve</translation>
        </message>
        <message>
            <source>Seconds against the difference (RMS) to the pictures of 0 %; the ring marks the knee</source>
            <translation>Sekunden gegen den Unterschied (RMS) zu den Bildern mit 0 %; der Ring zeigt das Knie</translation>
        </message>
        <message>
            <source>RMS %1</source>
            <translation>RMS %1</translation>
        </message>
        <message>
            <source>%1 seconds</source>
            <translation>%1 Sekunden</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::ReachBar</name>
        <message>
            <source>When it acts: drag the ends, or set Start and End</source>
            <translation>Wann sie wirkt: Ziehen Sie die Enden oder setzen Sie Anfang und Ende</translation>
        </message>
        <message>
            <source>acts at %1 of %2 evaluations</source>
            <translation>wirkt bei %1 von %2 Auswertungen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RestoreDialog</name>
        <message>
            <source>prompt</source>
            <translation>Prompt</translation>
        </message>
        <message>
            <source>negative prompt</source>
            <translation>negativer Prompt</translation>
        </message>
        <message>
            <source>seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>sampler</source>
            <translation>Sampler</translation>
        </message>
        <message>
            <source>guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>trajectory</source>
            <translation>Trajektorie</translation>
        </message>
        <message>
            <source>models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>LoRA</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>controls</source>
            <translation>Kontrollen</translation>
        </message>
        <message>
            <source>Restore settings</source>
            <translation>Einstellungen zurückholen</translation>
        </message>
        <message>
            <source>What the picture shall bring; the rest stays as it was before.</source>
            <translation>Was das Bild bringen soll; der Rest bleibt, wie er war.</translation>
        </message>
        <message>
            <source>Restore %1</source>
            <translation>Zurückholen: %1</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>Zurückholen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RunHerald</name>
        <message>
            <source>A picture is being made</source>
            <translation>Ein Bild entsteht gerade</translation>
        </message>
        <message>
            <source>Memory in use: %1</source>
            <translation>Belegter Speicher: %1</translation>
        </message>
        <message>
            <source>Memory that the program and its engines on this machine hold</source>
            <translation>Speicher, den das Programm und seine Rechenwerke auf diesem Rechner belegen</translation>
        </message>
        <message>
            <source>The picture failed</source>
            <translation>Das Bild ist fehlgeschlagen</translation>
        </message>
        <message>
            <source>T-Stitch Studio</source>
            <translation>T-Stitch Studio</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RunPresenter</name>
        <message>
            <source>loading</source>
            <translation>lädt</translation>
        </message>
        <message>
            <source>engine restarted</source>
            <translation>Rechenwerk neu gestartet</translation>
        </message>
        <message>
            <source>idle</source>
            <translation>bereit</translation>
        </message>
        <message>
            <source>failed: %1</source>
            <translation>fehlgeschlagen: %1</translation>
        </message>
        <message>
            <source>cancelled</source>
            <translation>abgebrochen</translation>
        </message>
        <message>
            <source>saved %1</source>
            <translation>gespeichert %1</translation>
        </message>
        <message>
            <source>failed: %1 of %2: %3</source>
            <translation>fehlgeschlagen: %1 von %2: %3</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RunProgress</name>
        <message>
            <source>decoding</source>
            <translation>decodiert</translation>
        </message>
        <message>
            <source>loading</source>
            <translation>lädt</translation>
        </message>
        <message>
            <source>sampling %1/%2 %3</source>
            <translation>rechnet %1/%2 %3</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::RunStrip</name>
        <message>
            <source>%1 %2/%3</source>
            <translation>%1 %2/%3</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stopp</translation>
        </message>
        <message>
            <source>Loaded weights</source>
            <translation>Geladene Gewichte</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>Stopp (Esc)</translation>
        </message>
        <message>
            <source>idle</source>
            <translation>bereit</translation>
        </message>
        <message>
            <source>Status: %1</source>
            <translation>Status: %1</translation>
        </message>
        <message>
            <source>small</source>
            <translation>klein</translation>
        </message>
        <message>
            <source>large</source>
            <translation>groß</translation>
        </message>
        <message>
            <source>Stopping...</source>
            <translation>Hält an ...</translation>
        </message>
        <message>
            <source>Stop (%1 waiting)</source>
            <translation>Stopp (%1 warten)</translation>
        </message>
        <message>
            <source>Skip picture</source>
            <translation>Bild überspringen</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>Lauf</translation>
        </message>
        <message>
            <source>Evaluations of this picture</source>
            <translation>Auswertungen dieses Bildes</translation>
        </message>
        <message>
            <source>Batch</source>
            <translation>Stapel</translation>
        </message>
        <message>
            <source>Pictures of this job</source>
            <translation>Bilder dieses Auftrags</translation>
        </message>
        <message>
            <source>Lets this picture go; the others of the job are made</source>
            <translation>Lässt dieses Bild aus; die anderen des Auftrags werden gemacht</translation>
        </message>
        <message>
            <source>not known yet</source>
            <translation>noch nicht bekannt</translation>
        </message>
        <message>
            <source>Time left: %1</source>
            <translation>Restzeit: %1</translation>
        </message>
        <message>
            <source>%1 of %2 read</source>
            <translation>%1 von %2 gelesen</translation>
        </message>
        <message>
            <source>Show %1 in its folder</source>
            <translation>%1 in seinem Ordner zeigen</translation>
        </message>
        <message>
            <source>Show in folder</source>
            <translation>Im Ordner zeigen</translation>
        </message>
        <message>
            <source>Copy path</source>
            <translation>Pfad kopieren</translation>
        </message>
        <message>
            <source>Copy text</source>
            <translation>Text kopieren</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SamplingSection</name>
        <message>
            <source>Steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>Sampler</source>
            <translation>Sampler</translation>
        </message>
        <message>
            <source>Schedule</source>
            <translation>Zeitplan</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>Breite</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>Höhe</translation>
        </message>
        <message>
            <source>Count</source>
            <translation>Anzahl</translation>
        </message>
        <message>
            <source>Clip skip</source>
            <translation>Clip-Skip</translation>
        </message>
        <message>
            <source>Guidance</source>
            <translation>Guidance</translation>
        </message>
        <message>
            <source>model's own</source>
            <translation>wie das Modell</translation>
        </message>
        <message>
            <source>The layer of the text encoder that speaks, counted from the end: 1 is the last.</source>
            <translation>Die Schicht des Textencoders, die spricht, vom Ende gezählt: 1 ist die letzte.</translation>
        </message>
        <message>
            <source>Sampling</source>
            <translation>Sampling</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>Pictures</source>
            <translation>Bilder</translation>
        </message>
        <message>
            <source>Width and height must be multiples of %1 for this pair.</source>
            <translation>Breite und Höhe müssen für dieses Paar Vielfache von %1 sein.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SecondPassSection</name>
        <message>
            <source>Make it larger in a second pass</source>
            <translation>In einem zweiten Durchgang vergrößern</translation>
        </message>
        <message>
            <source>Second pass on</source>
            <translation>Zweiter Durchgang an</translation>
        </message>
        <message>
            <source>Second pass scale</source>
            <translation>Zweiter Durchgang: Vergrößerung</translation>
        </message>
        <message>
            <source>Second pass upscale</source>
            <translation>Zweiter Durchgang: Verfahren</translation>
        </message>
        <message>
            <source>Second pass strength</source>
            <translation>Zweiter Durchgang: Stärke</translation>
        </message>
        <message>
            <source>Second pass strength in numbers</source>
            <translation>Zweiter Durchgang: Stärke in Zahlen</translation>
        </message>
        <message>
            <source>Second pass steps</source>
            <translation>Zweiter Durchgang: Schritte</translation>
        </message>
        <message>
            <source>Second pass ratio</source>
            <translation>Zweiter Durchgang: Anteil</translation>
        </message>
        <message>
            <source>What is made larger: the finished picture, or the latents that it would be decoded from</source>
            <translation>Was vergrößert wird: das fertige Bild oder die Latents, aus denen es dekodiert würde</translation>
        </message>
        <message>
            <source>as the first</source>
            <translation>wie der erste</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>Vergrößerung</translation>
        </message>
        <message>
            <source>Upscale</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>Stärke</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>Ratio (%)</source>
            <translation>Anteil (%)</translation>
        </message>
        <message>
            <source>From %1x%2 to about %3x%4</source>
            <translation>Von %1x%2 auf etwa %3x%4</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keins</translation>
        </message>
        <message>
            <source>%1 times, %2 %</source>
            <translation>%1-fach, %2 %</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SeedField</name>
        <message>
            <source>Random</source>
            <translation>Zufällig</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Seed</translation>
        </message>
        <message>
            <source>New seed</source>
            <translation>Neuer Seed</translation>
        </message>
        <message>
            <source>Draw a new seed</source>
            <translation>Einen neuen Seed ziehen</translation>
        </message>
        <message>
            <source>Random seed</source>
            <translation>Zufälliger Seed</translation>
        </message>
        <message>
            <source>Draw a new seed for every run</source>
            <translation>Für jeden Lauf einen neuen Seed ziehen</translation>
        </message>
        <message>
            <source>Seed: a number from 0 to 18446744073709551615.</source>
            <translation>Seed: eine Zahl von 0 bis 18446744073709551615.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SegmentEditor</name>
        <message>
            <source>%1 %2</source>
            <translation>%1 %2</translation>
        </message>
        <message>
            <source>%1, guidance %2</source>
            <translation>%1, Guidance %2</translation>
        </message>
        <message>
            <source>%1, "%2"</source>
            <translation>%1, „%2“</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>Hinzufügen</translation>
        </message>
        <message>
            <source>Add segment</source>
            <translation>Abschnitt hinzufügen</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Remove segment</source>
            <translation>Abschnitt entfernen</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>Teilen</translation>
        </message>
        <message>
            <source>Split segment</source>
            <translation>Abschnitt teilen</translation>
        </message>
        <message>
            <source>Move segment up</source>
            <translation>Abschnitt nach oben</translation>
        </message>
        <message>
            <source>Move segment down</source>
            <translation>Abschnitt nach unten</translation>
        </message>
        <message>
            <source>Segments</source>
            <translation>Abschnitte</translation>
        </message>
        <message>
            <source>Segment model</source>
            <translation>Modell des Abschnitts</translation>
        </message>
        <message>
            <source>Segment count</source>
            <translation>Auswertungen des Abschnitts</translation>
        </message>
        <message>
            <source>Segment guidance</source>
            <translation>Guidance des Abschnitts</translation>
        </message>
        <message>
            <source>Segment prompt</source>
            <translation>Prompt des Abschnitts</translation>
        </message>
        <message>
            <source>The run's prompt</source>
            <translation>Der Prompt des Laufs</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>Evaluations</source>
            <translation>Auswertungen</translation>
        </message>
        <message>
            <source>Guidance</source>
            <translation>Guidance</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SettingsImport</name>
        <message>
            <source>%1 Looking for LoRA: %2.</source>
            <translation>%1 Suche nach LoRA: %2.</translation>
        </message>
        <message>
            <source>%1 carries its settings.</source>
            <translation>%1 trägt seine Einstellungen in sich.</translation>
        </message>
        <message>
            <source>Use its settings</source>
            <translation>Seine Einstellungen verwenden</translation>
        </message>
        <message>
            <source>The settings of %1 were restored.</source>
            <translation>Die Einstellungen von %1 wurden zurückgeholt.</translation>
        </message>
        <message>
            <source>%1 Everything but the models was restored.</source>
            <translation>%1 Alles außer den Modellen wurde zurückgeholt.</translation>
        </message>
        <message>
            <source>Undo settings</source>
            <translation>Einstellungen zurücknehmen</translation>
        </message>
        <message>
            <source>Choose what to restore</source>
            <translation>Wählen, was zurückgeholt wird</translation>
        </message>
        <message>
            <source>The chosen settings were restored.</source>
            <translation>Die gewählten Einstellungen wurden zurückgeholt.</translation>
        </message>
        <message>
            <source>Settings of %1 were restored.</source>
            <translation>Einstellungen aus %1 wurden wiederhergestellt.</translation>
        </message>
        <message>
            <source>Start from it</source>
            <translation>Davon ausgehen</translation>
        </message>
        <message>
            <source>Make a control of it</source>
            <translation>Zur Kontrolle machen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::SourceSection</name>
        <message>
            <source>Take the shown picture</source>
            <translation>Gezeigtes Bild nehmen</translation>
        </message>
        <message>
            <source>Take its size</source>
            <translation>Seine Größe nehmen</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <translation>Weglassen</translation>
        </message>
        <message>
            <source>Mask</source>
            <translation>Maske</translation>
        </message>
        <message>
            <source>Source picture shown</source>
            <translation>Ausgangsbild, gezeigt</translation>
        </message>
        <message>
            <source>Mask picture shown</source>
            <translation>Maskenbild, gezeigt</translation>
        </message>
        <message>
            <source>Source picture</source>
            <translation>Ausgangsbild</translation>
        </message>
        <message>
            <source>Picture: file</source>
            <translation>Bild: Datei</translation>
        </message>
        <message>
            <source>Mask picture</source>
            <translation>Maskenbild</translation>
        </message>
        <message>
            <source>Mask: file, white is drawn anew</source>
            <translation>Maske: Datei, Weißes wird neu gezeichnet</translation>
        </message>
        <message>
            <source>The picture that is shown becomes the one to start from</source>
            <translation>Das gezeigte Bild wird das Ausgangsbild</translation>
        </message>
        <message>
            <source>Width and Height become those of the picture</source>
            <translation>Breite und Höhe werden die des Bildes</translation>
        </message>
        <message>
            <source>Leave out the source picture</source>
            <translation>Ausgangsbild weglassen</translation>
        </message>
        <message>
            <source>Paint what is to be drawn anew</source>
            <translation>Malen, was neu gezeichnet werden soll</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>Stärke</translation>
        </message>
        <message>
            <source>How far the run may leave the picture: the share of its steps that are made</source>
            <translation>Wie weit der Lauf sich vom Bild entfernen darf: der Anteil seiner Schritte, die gemacht werden</translation>
        </message>
        <message>
            <source>Strength in numbers</source>
            <translation>Stärke in Zahlen</translation>
        </message>
        <message>
            <source> px</source>
            <translation> px</translation>
        </message>
        <message>
            <source>Mask feather</source>
            <translation>Weiche Kante der Maske</translation>
        </message>
        <message>
            <source>Over how many pixels beyond the mask the new picture fades into the old one</source>
            <translation>Über wie viele Pixel jenseits der Maske das neue Bild in das alte übergeht</translation>
        </message>
        <message>
            <source>Feather</source>
            <translation>Weiche Kante</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keins</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
        <message>
            <source>mask</source>
            <translation>Maske</translation>
        </message>
        <message>
            <source>Source picture: %1</source>
            <translation>Ausgangsbild: %1</translation>
        </message>
        <message>
            <source>Mask picture: %1</source>
            <translation>Maskenbild: %1</translation>
        </message>
        <message>
            <source>Drop or paste a picture, or click</source>
            <translation>Ein Bild fallen lassen, einfügen oder klicken</translation>
        </message>
        <message>
            <source>No mask: all of it is drawn anew</source>
            <translation>Keine Maske: Alles wird neu gezeichnet</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::StrengthRow</name>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::TasteDesk</name>
        <message>
            <source>Exported to %1</source>
            <translation>Exportiert nach %1</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::TasteDialog</name>
        <message>
            <source>Left picture</source>
            <translation>Linkes Bild</translation>
        </message>
        <message>
            <source>Right picture</source>
            <translation>Rechtes Bild</translation>
        </message>
        <message>
            <source>1: left</source>
            <translation>1: links</translation>
        </message>
        <message>
            <source>2: right</source>
            <translation>2: rechts</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>Save a picture of the result</source>
            <translation>Ein Bild des Ergebnisses speichern</translation>
        </message>
        <message>
            <source>Blind taste</source>
            <translation>Blindprobe</translation>
        </message>
        <message>
            <source>Left is better</source>
            <translation>Links ist besser</translation>
        </message>
        <message>
            <source>Right is better</source>
            <translation>Rechts ist besser</translation>
        </message>
        <message>
            <source>Pair %1 of %2: which do you like better?</source>
            <translation>Paar %1 von %2: Welches gefällt Ihnen besser?</translation>
        </message>
        <message>
            <source>Pair %1 of %2 is being made ...</source>
            <translation>Paar %1 von %2 entsteht gerade ...</translation>
        </message>
        <message>
            <source>All pairs are answered.</source>
            <translation>Alle Paare sind beantwortet.</translation>
        </message>
        <message>
            <source>0 %</source>
            <translation>0 %</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::TrajectoryBar</name>
        <message>
            <source>Trajectory</source>
            <translation>Trajektorie</translation>
        </message>
        <message>
            <source>Drag the seam, or use the arrow keys. Double-click to type a number.</source>
            <translation>Ziehen Sie die Naht oder nehmen Sie die Pfeiltasten. Doppelklick, um eine Zahl einzugeben.</translation>
        </message>
        <message>
            <source>%1 of %2 small</source>
            <translation>%1 von %2 klein</translation>
        </message>
        <message>
            <source>ready: %1</source>
            <translation>fertig: %1</translation>
        </message>
        <message>
            <source>first pass: %1 of %2</source>
            <translation>erster Durchgang: %1 von %2</translation>
        </message>
        <message>
            <source>second pass: %1 of %2</source>
            <translation>zweiter Durchgang: %1 von %2</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::TrajectorySection</name>
        <message>
            <source>To scale</source>
            <translation>Maßstäblich</translation>
        </message>
        <message>
            <source>Edit segments</source>
            <translation>Abschnitte bearbeiten</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>Ratio</source>
            <translation>Anteil</translation>
        </message>
        <message>
            <source>Share of the evaluations given to the small denoiser</source>
            <translation>Anteil der Auswertungen, die der kleine Entrauscher macht</translation>
        </message>
        <message>
            <source>Draws each evaluation as wide as the time that it takes</source>
            <translation>Zeichnet jede Auswertung so breit, wie sie dauert</translation>
        </message>
        <message>
            <source>Any number and order of denoisers</source>
            <translation>Beliebig viele Entrauscher in beliebiger Folge</translation>
        </message>
        <message>
            <source>Trajectory</source>
            <translation>Trajektorie</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1 of %2&lt;/b&gt; small</source>
            <translation>&lt;b&gt;%1 von %2&lt;/b&gt; klein</translation>
        </message>
        <message>
            <source>%1 %2</source>
            <translation>%1 %2</translation>
        </message>
        <message>
            <source>%1 %</source>
            <translation>%1 %</translation>
        </message>
        <message>
            <source>The time budget counts as soon as both models are measured.</source>
            <translation>Die Zeitvorgabe gilt, sobald beide Modelle gemessen sind.</translation>
        </message>
        <message>
            <source>Even with 100 % small a picture takes %1.</source>
            <translation>Selbst mit 100 % klein dauert ein Bild %1.</translation>
        </message>
        <message>
            <source>The small denoiser is no faster here.</source>
            <translation>Der kleine Entrauscher ist hier nicht schneller.</translation>
        </message>
        <message>
            <source>This pair saves at most %1 %.</source>
            <translation>Dieses Paar spart höchstens %1 %.</translation>
        </message>
        <message>
            <source>%1, then %2 of %3 in the second pass</source>
            <translation>%1, dann %2 von %3 im zweiten Durchgang</translation>
        </message>
        <message>
            <source>Not measured at this size; judged from %1, a picture takes at least %2.</source>
            <translation>In dieser Größe nicht gemessen; nach %1 beurteilt dauert ein Bild mindestens %2.</translation>
        </message>
        <message>
            <source>Not measured at this size; judged from %1, a picture takes about %2.</source>
            <translation>In dieser Größe nicht gemessen; nach %1 beurteilt dauert ein Bild etwa %2.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::UnsavedPictures</name>
        <message>
            <source>The picture was made and is kept until it is saved: %1</source>
            <translation>Das Bild ist fertig und bleibt, bis es gespeichert ist: %1</translation>
        </message>
        <message>
            <source>Save as</source>
            <translation>Speichern unter</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>Bild speichern</translation>
        </message>
        <message>
            <source>PNG picture (*.png)</source>
            <translation>PNG-Bild (*.png)</translation>
        </message>
        <message>
            <source>no place was chosen.</source>
            <translation>es wurde kein Ort gewählt.</translation>
        </message>
        <message>
            <source>Saved as %1.</source>
            <translation>Gespeichert als %1.</translation>
        </message>
        <message>
            <source>%1 pictures were made and are kept until they are saved: %2</source>
            <translation>%1 Bilder sind fertig und bleiben, bis sie gespeichert sind: %2</translation>
        </message>
        <message>
            <source>Save pictures in a folder</source>
            <translation>Bilder in einem Ordner speichern</translation>
        </message>
        <message>
            <source>they could not be saved when they were made.</source>
            <translation>sie konnten nicht gespeichert werden, als sie entstanden.</translation>
        </message>
    </context>
    <context>
        <name>tstitch::ui::WholeField</name>
        <message>
            <source>%1: "%2" is no whole number from %3 to %4.</source>
            <translation>%1: „%2“ ist keine ganze Zahl von %3 bis %4.</translation>
        </message>
    </context>
</TS>
