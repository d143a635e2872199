//! What the later file says in Chinese: a row a message. Its words are those of the first file's table.

use super::LaterMsg;
use crate::{
    text::{
        Language, called,
        numbers::{amount, grouped, in_short, money, seconds, sign},
    },
    wire::{Effort, ModelPrice, Tested},
};
use std::borrow::Cow;

pub fn words(msg: &LaterMsg) -> Cow<'static, str> {
    match msg {
        LaterMsg::EditMessage => "编辑你的消息".into(),
        LaterMsg::Images => "图片".into(),
        LaterMsg::RemoveImage { number } => format!("移除图片 {number}").into(),
        LaterMsg::PastedTexts => "粘贴的文本".into(),
        LaterMsg::MostPastes { most } => format!("一条消息最多 {most} 段粘贴的文本。").into(),
        LaterMsg::RemovePasted => "移除粘贴的文本".into(),
        LaterMsg::PutIntoText => "放进消息".into(),
        LaterMsg::OnlyImages => "只能添加图片：PNG、JPEG、WebP 或 GIF。".into(),
        LaterMsg::MostImages { most } => format!("一条消息最多 {most} 张图片。其余的请放在下一条消息里。").into(),
        LaterMsg::SaveEdit => "保存并发送".into(),
        LaterMsg::StartOver => "恢复原文".into(),
        LaterMsg::Cancel => "取消".into(),
        LaterMsg::FindModel => "查找模型".into(),
        LaterMsg::ModelsOffered => "模型".into(),
        LaterMsg::ModelsAre => "模型选择器里提供哪些模型，按什么顺序排列。".into(),
        LaterMsg::BeginWith => "新对话使用".into(),
        LaterMsg::ChosenLast => "上次选择的模型".into(),
        LaterMsg::OfferAll => "全选".into(),
        LaterMsg::OfferNone => "全不选".into(),
        LaterMsg::Earlier { provider } => format!("把“{provider}”往前移").into(),
        LaterMsg::Further { provider } => format!("把“{provider}”往后移").into(),
        LaterMsg::Offered { count, of } => format!("提供 {count} 个，共 {of} 个").into(),
        LaterMsg::Preset => "预设".into(),
        LaterMsg::NoPreset => "不用预设".into(),
        LaterMsg::PresetKept { name, is_saved: true } => format!("已保存“{name}”。").into(),
        LaterMsg::PresetKept { name, is_saved: false } => {
            format!("已保存“{name}”，任何对话都可以使用。点“保存”即可用于这个对话。").into()
        }
        LaterMsg::NotSaved => "你的修改还没有保存。".into(),
        LaterMsg::Discard => "放弃修改".into(),
        LaterMsg::KeepEditing => "继续编辑".into(),
        LaterMsg::PresetName => "预设的名称".into(),
        LaterMsg::PresetDeleted => "预设已删除。它的内容还在各栏里，点“保存为预设”可以恢复。".into(),
        LaterMsg::NamePreset => "请先给预设起个名称。".into(),
        LaterMsg::PresetIs => "保存这些内容和所选的模型，任何对话都可以使用。同名的预设会被替换。".into(),
        LaterMsg::KeepPreset => "保存为预设".into(),
        LaterMsg::DeletePreset { name } => format!("删除“{name}”").into(),
        LaterMsg::PresetModel { model } => format!("使用模型 {model}。").into(),
        LaterMsg::UsedLast => "最近使用".into(),
        LaterMsg::SeesImages => "能看图片".into(),
        LaterMsg::SeesNone => "不能看图片".into(),
        LaterMsg::Thinks => "会思考".into(),
        LaterMsg::CallsTools => "能用工具".into(),
        LaterMsg::Reads { tokens } => format!("上下文 {} token", in_short(*tokens)).into(),
        LaterMsg::Price { price: ModelPrice { currency, input, output } } => {
            let sign = sign(*currency);
            format!("每百万 token 输入 {sign}{}，输出 {sign}{}", amount(*input), amount(*output)).into()
        }
        LaterMsg::KeyMayCost => "使用密钥访问，密钥的所有者可能需要付费".into(),
        LaterMsg::ModelAppears => "启动 Ollama 之类的模型服务，它会自动出现在这里；也可以用密钥连接在线服务。".into(),
        LaterMsg::ModelAwayHint => "它在这里写过回复，但现在没有服务商提供它。可以等它恢复，或换一个模型。".into(),
        LaterMsg::NoSuchModel => "没有名称相符的模型。".into(),
        LaterMsg::Formula => "公式".into(),
        LaterMsg::NumberLines => "行号".into(),
        LaterMsg::Preview => "预览".into(),
        LaterMsg::PreviewIs => "与 Brooklet 隔离，不加载其他网站的内容".into(),
        LaterMsg::PreviewComes => "正在加载…".into(),
        LaterMsg::PreviewHalf => "这是目前已写出的部分。写完后可再次打开。".into(),
        LaterMsg::PreviewFailed => "无法绘制，原因如下：".into(),
        LaterMsg::PreviewAway => "它想跳转到别的页面；预览里的链接不会打开。".into(),
        LaterMsg::PreviewError => "其中的脚本出错，部分内容可能无法使用。".into(),
        LaterMsg::PreviewNotLoaded => "绘图程序没有加载成功。请关闭后重试。".into(),
        LaterMsg::PreviewSilent => "它 20 秒没有响应，已停止。".into(),
        LaterMsg::PreviewGone => "它跳转到了别的页面，而预览不显示其他页面。可下载后在别处运行。".into(),
        LaterMsg::SaveCode => "下载".into(),
        LaterMsg::CopyCsv => "复制为 CSV".into(),
        LaterMsg::EarlierImage => "上一张图片".into(),
        LaterMsg::LaterImage => "下一张图片".into(),
        LaterMsg::WholeImage => "在新标签页中打开".into(),
        LaterMsg::AskSeveral => "同时问多个模型".into(),
        LaterMsg::Palette => "查找对话或命令".into(),
        LaterMsg::PaletteField => "命令或对话…".into(),
        LaterMsg::PaletteNone => "没有找到。更多对话在侧边栏里。".into(),
        LaterMsg::PaletteFound { count } => format!("找到 {count} 项").into(),
        LaterMsg::Actions => "命令".into(),
        LaterMsg::GoToModel => "选择模型".into(),
        LaterMsg::CopyReply => "复制最后一条回复".into(),
        LaterMsg::EditLast => "编辑你的最后一条消息".into(),
        LaterMsg::Prompts => "提示词".into(),
        LaterMsg::PromptsAre => {
            "在消息开头输入 / 即可使用。{{双花括号}}里的部分会被选中，等你填写；按 Tab 跳到下一个。".into()
        }
        LaterMsg::NoPromptsYet => "还没有提示词。".into(),
        LaterMsg::PromptName => "名称".into(),
        LaterMsg::PromptText => "文本".into(),
        LaterMsg::AddPrompt => "添加提示词".into(),
        LaterMsg::EditPrompt { name } => format!("编辑“{name}”").into(),
        LaterMsg::DeletePrompt { name } => format!("删除“{name}”").into(),
        LaterMsg::PromptNeeds => "提示词需要名称和文本。".into(),
        LaterMsg::PromptTaken { name } => format!("已经有名为“{name}”的提示词。").into(),
        LaterMsg::ModelOnce => "只用于这条消息的模型".into(),
        LaterMsg::Suggested { count } => format!("{count} 条建议：方向键选择，Enter 采用，Esc 关闭。").into(),
        LaterMsg::NoPrompts => "还没有提示词。".into(),
        LaterMsg::WritePrompts => "到设置里写一条".into(),
        LaterMsg::AskedOnce { model } => format!("这条消息发给 {model}").into(),
        LaterMsg::NotOnce => "仍用平时的模型".into(),
        LaterMsg::MostModels { most } => format!("最多同时问 {most} 个模型。").into(),
        LaterMsg::SpendsKey => "密钥".into(),
        LaterMsg::UsedHere => "这个对话用过".into(),
        LaterMsg::KeysOn => "启用单键快捷键（输入框之外）".into(),
        LaterMsg::LeaveField => "离开输入框，或关闭已打开的内容".into(),
        LaterMsg::NewLine => "在消息里换行".into(),
        LaterMsg::StopByKeys => "停止回复（光标在输入框里时）".into(),
        LaterMsg::ToggleSidebar => "收起或展开侧边栏".into(),
        LaterMsg::WriteMessage => "写消息".into(),
        LaterMsg::Close => "关闭".into(),
        LaterMsg::Table => "表格".into(),
        LaterMsg::WrapCode => "自动换行".into(),
        LaterMsg::AlertNote => "说明".into(),
        LaterMsg::AlertTip => "提示".into(),
        LaterMsg::AlertImportant => "重要".into(),
        LaterMsg::AlertWarning => "警告".into(),
        LaterMsg::AlertCaution => "危险".into(),
        LaterMsg::TaskDone => "已完成".into(),
        LaterMsg::TaskOpen => "待办".into(),
        LaterMsg::RenamedElsewhere { title } => {
            format!("它刚在别处被改名为“{title}”。按 Enter 仍用你的标题，按 Esc 保留那个标题。").into()
        }
        LaterMsg::Title => "标题".into(),
        LaterMsg::ContinuedTimes { count } => format!("续写过 {count} 次").into(),
        LaterMsg::ContinuedHere => "由此续写".into(),

        LaterMsg::FactModel => "模型".into(),
        LaterMsg::FactRead => "输入".into(),
        LaterMsg::FactWritten => "输出".into(),
        LaterMsg::FactFirst => "首字用时".into(),
        LaterMsg::FactSpeed => "速度".into(),
        LaterMsg::FactCost => "费用".into(),
        LaterMsg::ModelId { model } => model.clone().into(),
        LaterMsg::TokensRead { tokens, cached: 0 } | LaterMsg::TokensWritten { tokens, reasoning: 0 } => {
            format!("{} 个 token", grouped(*tokens)).into()
        }
        LaterMsg::TokensRead { tokens, cached } => {
            format!("{} 个 token，其中 {} 个来自缓存", grouped(*tokens), grouped(*cached)).into()
        }
        LaterMsg::TokensWritten { tokens, reasoning } => {
            format!("{} 个 token，其中 {} 个用于思考", grouped(*tokens), grouped(*reasoning)).into()
        }
        LaterMsg::TokensASecond { tokens, ms } => {
            format!("每秒 {} 个 token", grouped(tokens.saturating_mul(1_000) / ms.max(&1))).into()
        }
        LaterMsg::Seconds { ms } => seconds(*ms, Language::Chinese).into(),
        LaterMsg::Cost { micro: 0, .. } => "按标价免费".into(),
        LaterMsg::Cost { sign, micro } => format!("按标价约 {sign}{}", money(*micro)).into(),
        LaterMsg::Setup { set: false } => "指令和参数".into(),
        LaterMsg::Setup { set: true } => "指令和参数 ✓".into(),
        LaterMsg::Instructions => "指令".into(),
        LaterMsg::InstructionsHint => "模型每次回复前都会先读这些指令，它们作为系统消息发送。".into(),
        LaterMsg::Temperature => "温度（0–2）".into(),
        LaterMsg::TopP => "Top-p（0–1）".into(),
        LaterMsg::MaxTokens => "最大 token 数".into(),
        LaterMsg::EffortName => "思考强度".into(),
        LaterMsg::Effort(effort) => match effort {
            Effort::None => "不思考",
            Effort::Minimal => "极低",
            Effort::Low => "低",
            Effort::Medium => "中",
            Effort::High => "高",
            Effort::XHigh => "很高",
            Effort::Max => "最高",
        }
        .into(),
        LaterMsg::AsUsual => "由模型决定".into(),
        LaterMsg::EmptyIsUsual => {
            "留空的项由服务商决定。从下一条回复起生效；如果模型不支持其中某一项，回复时会提示。".into()
        }
        LaterMsg::Clear => "清空".into(),
        LaterMsg::Providers => "服务商".into(),
        LaterMsg::ProvidersAre => {
            "由它们生成回复：使用密钥的在线服务，以及你自己的模型服务。密钥加密保存在这台服务器上，不会再显示，并且只会发送到它对应的服务地址。"
                .into()
        }
        LaterMsg::NoProviders => "还没有连接任何服务商。".into(),
        LaterMsg::Connect => "连接服务商".into(),
        LaterMsg::Connecting => "新的服务商".into(),
        LaterMsg::Editing { name } => format!("编辑“{name}”").into(),
        LaterMsg::Service => "服务".into(),
        LaterMsg::ProviderName => "名称".into(),
        LaterMsg::Address => "地址".into(),
        LaterMsg::Key => "密钥".into(),
        LaterMsg::KeyKept => "已保存了一个密钥。留空就继续使用它。".into(),
        LaterMsg::NoKeyNeeded => "只在服务器要求时填写。".into(),
        LaterMsg::GetKey => "获取密钥".into(),
        LaterMsg::Only => "模型".into(),
        LaterMsg::OnlyHint => "每行一个名称。留空就使用服务商列出的全部模型。".into(),
        LaterMsg::Save => "保存".into(),
        LaterMsg::Test => "测试".into(),
        LaterMsg::Testing => "正在测试…".into(),
        LaterMsg::TurnOff => "停用".into(),
        LaterMsg::TurnOn => "启用".into(),
        LaterMsg::DeleteForGood { name } => format!("彻底删除“{name}”和它的密钥吗？").into(),
        LaterMsg::Off => "已停用：不再提供它的模型。".into(),
        LaterMsg::NamedByHand => "手动填写".into(),
        LaterMsg::Models { count } => format!("{count} 个模型").into(),
        LaterMsg::From { source } => format!("来源：{}。要修改，请到启动 Brooklet 的地方设置。", called(source)).into(),
        LaterMsg::Forget => "删除密钥".into(),
        LaterMsg::KeyGoes => "保存时会删除密钥。".into(),
        LaterMsg::OfFile { file, why } => format!("{file}：{why}").into(),
        LaterMsg::NameAt { name, what } => format!("{what}：{name}").into(),
        LaterMsg::Works(Tested { models, model, first_ms, unlisted }) => {
            let took = seconds(*first_ms, Language::Chinese);
            let works = format!("可以使用：有 {models} 个模型，{model} 作出了回应（{took}）。");
            match unlisted.join("、") {
                none if none.is_empty() => works.into(),
                all => format!("{works}它自己的列表里没有 {all}。").into(),
            }
        }
        LaterMsg::KeyGoesAlong => "已保存的密钥是为另一个地址填写的，请重新填写。".into(),
        LaterMsg::LetIn => "这个浏览器已获准访问。".into(),
        LaterMsg::OpenBrooklet => "打开 Brooklet".into(),
    }
}
