/** The style of the page: tokens first, light and dark, print last. */
export const css = `
:root{color-scheme:light dark;--paper:#faf9f6;--surface:#fff;--ink:#1f2328;--soft:#5c636d;--line:#e3e0d8;--code:#f3f1eb;--accent:#275a9b;--good:#176339;--good-soft:#e6f2ea;--bad:#a1242b;--bad-soft:#fbe9e8;--warn:#7d5200;--warn-soft:#faf0d9;--k:#3c4f9e;--s:#22693f;--n:#8a4b10;--bar:#3f7fbf;--was:#b9bdc4;--r:10px;--mono:ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--paper:#14161a;--surface:#1b1e23;--ink:#e6e4df;--soft:#a2a8b1;--line:#2f343b;--code:#23272d;--accent:#8db9f0;--good:#82cb9c;--good-soft:#1a2b21;--bad:#f29b97;--bad-soft:#361f20;--warn:#e5bd68;--warn-soft:#312818;--k:#a9b8f5;--s:#93cfa6;--n:#e0ad7c;--bar:#5d9bd8;--was:#555c66}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.18em}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
code,pre{font-family:var(--mono);font-size:.86em}
:not(pre)>code{background:var(--code);border-radius:4px;padding:.1em .32em}
pre{margin:.6rem 0;padding:.9rem 1rem;background:var(--code);border-radius:8px;overflow:auto;line-height:1.55;tab-size:4}
pre code{font-size:.84rem;overflow-wrap:normal}
.k{color:var(--k)}.s{color:var(--s)}.n{color:var(--n)}.c{color:var(--soft);font-style:italic}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem;z-index:9}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft{color:var(--soft)}
.icon{width:1.1em;height:1.1em;vertical-align:-.2em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.proven>.icon,h1.proven{color:var(--good)}h1.conditions{color:var(--warn)}h1.failed{color:var(--bad)}
.top{position:sticky;top:0;z-index:5;display:flex;gap:1rem;align-items:center;justify-content:space-between;padding:.55rem 1.5rem;background:color-mix(in srgb,var(--paper) 92%,transparent);backdrop-filter:blur(8px);border-bottom:1px solid var(--line)}
.top .name{margin:0;font-weight:600;font-size:.92rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.chip{flex:none;font-size:.85rem;font-weight:600;text-decoration:none;padding:.2rem .75rem;border-radius:99px}
.chip.proven{color:var(--good);background:var(--good-soft)}.chip.conditions{color:var(--warn);background:var(--warn-soft)}.chip.failed{color:var(--bad);background:var(--bad-soft)}
.page{max-width:76rem;margin:0 auto;padding:0 1.5rem;display:grid;grid-template-columns:12rem minmax(0,1fr);gap:3rem}
nav{font-size:.88rem}nav details{position:sticky;top:4.5rem;margin-top:2.6rem;max-height:calc(100vh - 6rem);overflow:auto}
nav summary{color:var(--soft);font-weight:600;list-style:none;padding:.2rem 0}nav summary::-webkit-details-marker{display:none}
nav ul{list-style:none;margin:0;padding:0;border-left:1px solid var(--line)}nav a{display:block;padding:.22rem 0 .22rem .9rem;color:var(--soft);text-decoration:none}nav a:hover{color:var(--ink)}
main{padding-bottom:3rem}main>section{padding:1.6rem 0 .8rem}main>section+section{border-top:1px solid var(--line);margin-top:1.2rem}
h1,h2,h3{line-height:1.25;text-wrap:balance}h2{font-size:1.35rem;margin:0 0 .9rem;letter-spacing:-.01em}h3{font-size:1rem;margin:1.4rem 0 .6rem}
.hero{padding-top:2.6rem!important}.kicker{margin:0 0 .3rem;color:var(--soft);font-size:1.02rem}
h1{font-size:clamp(2.2rem,6vw,3.4rem);font-weight:680;letter-spacing:-.025em;margin:0 0 .5rem;display:flex;align-items:center;gap:.3em}h1 .icon{flex:none;width:.95em;height:.95em;stroke-width:1.7}
.headline{font-size:1.22rem;line-height:1.5;max-width:44rem;margin:0 0 .7rem;text-wrap:pretty}.meta{color:var(--soft);font-size:.88rem;margin:0 0 1.6rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(11.5rem,100%),1fr));background:var(--surface);border:1px solid var(--line);border-radius:var(--r);overflow:hidden;margin:0 0 1.6rem}
.tile{box-shadow:1px 0 var(--line),0 1px var(--line);padding:.8rem 1rem .85rem}.tile dt{color:var(--soft);font-size:.82rem}.tile dd{margin:0;display:flex;flex-direction:column;align-items:flex-start;gap:.3rem}.tile strong{font-size:1.22rem;font-weight:620;line-height:1.35;font-variant-numeric:tabular-nums}
.tile strong.long{font-size:1rem}.tile.good strong{color:var(--good)}.tile.bad strong{color:var(--bad)}
.basis{display:inline-block;flex:none;font-size:.72rem;line-height:1.5;padding:0 .5em;border-radius:99px;border:1px solid var(--line);color:var(--soft)}
.basis.measured{border-color:currentColor;color:var(--good)}.basis.derived{border-style:dashed;border-color:currentColor;color:var(--accent)}.basis.assumed{border-style:dotted;border-color:currentColor;color:var(--warn)}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin-bottom:1rem}.sides.one{grid-template-columns:1fr}
.side{background:var(--surface);border:1px solid var(--line);border-top:4px solid var(--was);border-radius:var(--r);padding:.9rem 1.2rem 1rem}.side.proven{border-top-color:var(--good)}.side.open{border-top-color:var(--warn)}
.side h3{font-size:1.2rem;margin:0 0 .5rem;display:flex;justify-content:space-between}.side .count{font-variant-numeric:tabular-nums;color:var(--soft);font-weight:500}
.side ul{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:minmax(2.3rem,max-content) minmax(0,1fr);column-gap:.9rem}.side li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;padding:.3rem 0;font-size:.95rem;line-height:1.45}.side li>a{font-family:var(--mono);font-size:.8rem;line-height:1.7;text-decoration:none}.side small{display:block;color:var(--soft);font-size:.86rem}
.side summary{color:var(--accent);cursor:pointer;font-size:.9rem;padding:.3rem 0}
.limits{background:var(--warn-soft);border-radius:var(--r);padding:.8rem 1.2rem}.limits h3{margin:0 0 .3rem;font-size:.95rem}.limits ul{margin:0;padding-left:1.1rem;font-size:.92rem}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:var(--r);background:var(--surface);margin:.4rem 0 .8rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.55rem .9rem;border-bottom:1px solid var(--line)}tbody tr:last-child>*{border-bottom:0}thead th{color:var(--soft);font-weight:500;font-size:.82rem;white-space:nowrap}tbody th{font-weight:500}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.good,th.good{color:var(--good)}td.bad,th.bad{color:var(--bad);font-weight:600}td,th{overflow-wrap:break-word}th.code,td.code{min-width:12rem}.code code{overflow-wrap:anywhere}thead th.num{white-space:normal}td.long,th.long{min-width:16rem}
.prose{white-space:pre-line;max-width:46rem;margin:.4rem 0 .8rem}.note{color:var(--soft);font-size:.88rem;margin:.4rem 0}
.tag{display:inline-block;font-size:.75rem;line-height:1.6;padding:0 .55em;border-radius:5px;background:var(--code);color:var(--soft)}.tag.bad{background:var(--bad-soft);color:var(--bad)}
.steps th[scope=row]{min-width:18rem}.steps th>code{background:none;padding:0}.steps .phase th{background:var(--paper);color:var(--soft);font-size:.82rem;font-weight:600;padding:.35rem .9rem}.effects{margin-top:.35rem;display:flex;flex-wrap:wrap;gap:.3rem}
.locks{list-style:none;margin:0;padding:0}.locks li{padding:.05rem 0}
.lock{display:inline-block;font-size:.75rem;font-weight:600;line-height:1.7;padding:0 .55em;border-radius:5px;white-space:nowrap;background:var(--code);color:var(--soft)}.lock.reads{background:var(--bad-soft);color:var(--bad)}.lock.writes{background:var(--warn-soft);color:var(--warn)}
details.inline summary{cursor:pointer}details.inline summary code{background:none;padding:0}
figure{margin:.4rem 0 .8rem}figcaption{color:var(--soft);font-size:.88rem;margin-top:.5rem}
.bars th[scope=row]{width:28%;min-width:11rem;font-weight:500}.bars td,.bars th{padding:.5rem .6rem}.bars tr>:first-child{padding-left:0}.plot{width:99%;min-width:10rem}.plot>span{position:relative;display:block;padding:.1rem 0}
.bar{display:block;height:.62rem;border-radius:2px;margin:.14rem 0;min-width:3px}.bar.before,.swatch.before{background:var(--was)}.bar.after,.swatch.after{background:var(--bar)}.bar.over{background:var(--bad)}.mark{position:absolute;top:-.15rem;bottom:-.15rem;width:0;border-left:2px dashed var(--ink)}
.key{margin-right:1.1rem;white-space:nowrap}.swatch{display:inline-block;width:1.1em;height:.6em;border-radius:2px;margin-right:.4em}.swatch.mark{position:static;width:0;height:1em;border-left:2px dashed var(--ink);border-radius:0;vertical-align:-.15em}
.diagram .scroll{padding:1rem;text-align:center}.diagram svg,.diagram img{max-width:100%;height:auto}
details.sql{border:1px solid var(--line);border-radius:var(--r);background:var(--surface);margin:.6rem 0;overflow:hidden}details.sql>summary{cursor:pointer;padding:.6rem 1rem;font-size:.92rem}details.sql>summary code{background:none;padding:0;font-weight:600}details.sql>summary span{color:var(--soft);margin-left:.8rem}details.sql pre{margin:0;border-radius:0;border-top:1px solid var(--line);max-height:40rem}
.claims{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:var(--r);background:var(--surface);overflow:hidden}.claims>li+li{border-top:1px solid var(--line)}.claims summary{cursor:pointer;display:flex;gap:.8rem;align-items:baseline;padding:.6rem 1rem}.claims summary::-webkit-details-marker{display:none}.claims summary b{flex:none;font-family:var(--mono);font-size:.82rem;font-weight:600}.claims summary>span:last-child{flex:1}.claims summary::after{content:"+";color:var(--soft);flex:none}.claims [open]>summary::after{content:"−"}.claims details>p,.claims .evidence{margin:0 1rem .7rem;padding:0}.claims details>p{color:var(--soft)}
.claims>li:target{box-shadow:inset 3px 0 var(--accent)}
.evidence{list-style:none;font-size:.92rem}.evidence li{display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline;padding:.15rem 0}.evidence li>span:nth-child(2){flex:1;min-width:12rem}.evidence pre{flex-basis:100%;max-height:24rem}
.badge{flex:none;font-size:.78rem;font-weight:600;line-height:1.7;padding:0 .6em;border-radius:5px;background:var(--code);color:var(--soft);white-space:nowrap}.claims .badge{min-width:6.6rem;text-align:center}.badge.proven{background:var(--good-soft);color:var(--good)}.badge.not-proven,.badge.warning{background:var(--warn-soft);color:var(--warn)}.badge.missed,.badge.error{background:var(--bad-soft);color:var(--bad)}
.finding{background:var(--surface);border:1px solid var(--line);border-left:4px solid var(--accent);border-radius:var(--r);padding:.8rem 1.2rem;margin:.8rem 0}.finding.error{border-left-color:var(--bad)}.finding.warning{border-left-color:var(--warn)}.finding h3{margin:0 0 .4rem}.finding p{margin:.3rem 0}.finding b{font-weight:600;margin-right:.3rem}.finding .rule{color:var(--soft);font:.78rem var(--mono)}
.files{list-style:none;margin:0;padding:0}.files li{display:flex;gap:1rem;padding:.4rem 0;border-bottom:1px solid var(--line)}.files li:last-child{border:0}.files code{flex:0 0 45%;background:none;padding:0}.files span{color:var(--soft)}
.next{padding-left:1.2rem}.next pre{margin:.2rem 0}.next p{margin:.2rem 0 1rem;color:var(--soft)}
main>section>details:not(.sql)>summary{cursor:pointer;color:var(--accent);font-size:.9rem}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.86rem;padding:1.4rem 1.5rem 3rem;max-width:76rem;margin:0 auto}
@media (max-width:66rem){.page{display:block}nav details{position:static;margin-top:1rem;max-height:none}nav details{overflow:visible}nav summary{display:none}nav ul{border:0;display:flex;gap:1.2rem;overflow-x:auto;white-space:nowrap;padding-bottom:.4rem;scrollbar-width:thin}nav a{padding:.2rem 0}.hero{padding-top:1.2rem!important}}
@media (max-width:44rem){.page,.top{padding-left:1rem;padding-right:1rem}.sides{grid-template-columns:1fr}.headline{font-size:1.1rem}.tiles{grid-template-columns:1fr 1fr}
th,td{padding:.45rem .6rem}td.long,th.long{min-width:9rem}.side li{display:block}.side li>a{margin-right:.5rem}
.steps thead{display:none}.steps,.steps tbody,.steps tr,.steps td,.steps th{display:block;width:100%}.steps tr{border-bottom:1px solid var(--line);padding:.5rem 0}.steps tbody td,.steps tbody th{border:0;padding:.15rem .9rem;text-align:left;min-width:0!important}.steps td[data-label]::before{content:attr(data-label) " ";color:var(--soft);font-size:.8rem;margin-right:.4rem}
.bars thead{display:none}.bars,.bars tbody,.bars tr,.bars td,.bars th[scope=row]{display:block;width:auto}.bars tr{padding:.5rem 0;border-bottom:1px solid var(--line)}.bars td,.bars th{border:0;padding:.1rem 0}.bars td.num{display:inline-block;margin-right:1rem}.bars td[data-label]::before{content:attr(data-label) " ";color:var(--soft);font-size:.8rem}
.claims summary{flex-wrap:wrap;gap:.2rem .7rem}.claims summary>span:last-child{flex-basis:100%}.claims .badge{min-width:0}.claims summary::after{display:none}.files li{flex-direction:column;gap:.1rem}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.bar,.swatch{forced-color-adjust:none}}
@media print{:root{--paper:#fff;--surface:#fff;--ink:#000;--soft:#444;--line:#ccc;--code:#f5f5f5;--accent:#123f7a;--good:#0f5130;--good-soft:#fff;--bad:#8c1018;--bad-soft:#fff;--warn:#5f3f00;--warn-soft:#fff;--bar:#3f7fbf;--was:#b9bdc4;--k:#000;--s:#222;--n:#222}body{font-size:10pt}nav,.skip{display:none}.top{position:static}.page{display:block;padding:0;max-width:none}details::details-content{content-visibility:visible!important;block-size:auto!important}pre,details.sql pre,.evidence pre{max-height:none;white-space:pre-wrap}.scroll{overflow:visible}.tile,.finding,.claims>li,tr{break-inside:avoid}h2,h3{break-after:avoid}}
`;
