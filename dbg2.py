exec(open('/tmp/wt/scratch_c/score.py').read().split("for s in sys.argv")[0])
df=F[F.source=='norway'].copy()
lo=df.started_at.min().normalize(); a=((df.started_at-lo).dt.days//28)%2==0
p=fit(df[a],source='n',country='NO'); S=sample(p,p.origin.first,p.origin.last,seed=1)
B=df[~a]
def pw(x): d=((x.ended_at-x.started_at).dt.total_seconds()/60).clip(lower=1); return x.energy_kwh/d*60,d
pb,db=pw(B); ps,ds=pw(S)
h=np.arange(0,12,.25); hb=np.histogram(pb,h)[0]/len(B); hs=np.histogram(ps,h)[0]/len(S)
for i in np.argsort(-abs(hb-hs))[:14]: print(h[i],round(hb[i],4),round(hs[i],4))
# long vs short
for lo_,hi_ in ((0,60),(60,180),(180,480),(480,900),(900,1e9)):
    m,n=(db>=lo_)&(db<hi_),(ds>=lo_)&(ds<hi_); print(lo_,m.mean().round(3),n.mean().round(3),pb[m].quantile([.05,.25,.5,.75,.95]).round(2).tolist(),ps[n].quantile([.05,.25,.5,.75,.95]).round(2).tolist())
# by driver: spread of power at short visits
A=df[a]; pa,da=pw(A); m=da<120
g=pa[m].groupby(A.driver_key[m]); q=(g.quantile(.75)/g.quantile(.25))[g.size()>10]; print('iqr ratio within driver, short: real',q.describe().round(2).to_dict())
m=ds<120; g=ps[m].groupby(S.driver_key[m]); q=(g.quantile(.75)/g.quantile(.25))[g.size()>10]; print('syn',q.describe().round(2).to_dict())
for nm,X in (('real',A),('syn',S)):
    z=np.log(X.energy_kwh.clip(lower=.05)); d=np.log(pw(X)[1]); g=X.driver_key
    for lab,v in (('logE',z),('logD',d),('h',X.started_at.dt.hour)):
        w=v.groupby(g); gm=w.transform('mean'); print(nm,lab,'between share',round(gm.var()/v.var(),3),'lag1 within',round(np.corrcoef(*(lambda r,s:(r[s.notna()],s[s.notna()]))((v-gm).sort_index(),((v-gm).groupby(g).shift())))[0,1],3))
